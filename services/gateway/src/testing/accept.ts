import type { Message } from '@parley/contracts/message';
import type { AcceptItem } from '@parley/contracts/requests/accept-messages';

/** What dispatcher says of what it accepts. */
export interface Acceptance {
  outcome: 'accepted';
  replayed: boolean;
  messages: Message[];
}

/** Plays a dispatcher that accepts everything; `aMessage` makes messages out of what is known of them. */
export function acceptor(aMessage: (known: Partial<Message>) => Message): (item: AcceptItem) => Acceptance {
  return (item) => {
    const { recipients, account_id, type, from, subject, body, attachments, client_reference } = item;
    const { metadata, in_reply_to, send_at, timestamp, conversation_id } = item;
    const said = { account_id, type, from, subject, body, attachments, client_reference, metadata };
    const messages = recipients.map((recipient) =>
      aMessage({
        ...said,
        ...recipient,
        in_reply_to,
        send_at,
        ...(timestamp === null ? {} : { timestamp }),
        ...(conversation_id === null ? {} : { conversation_id }),
      }),
    );
    return { outcome: 'accepted', replayed: false, messages };
  };
}
