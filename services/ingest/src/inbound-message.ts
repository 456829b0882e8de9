import type { ConnectionId } from '@parley/contracts/ids';
import { seemsToOptOut } from '@parley/contracts/keyword';
import type { Message } from '@parley/contracts/message';

/** What is the same in every message that came in. */
const EVERY_INBOUND = {
  direction: 'inbound',
  encoding: null,
  segments: null,
  in_reply_to: null,
  metadata: null,
  client_reference: null,
  sent_at: null,
  delivered_at: null,
  send_at: null,
  expires_at: null,
  round: 1,
} as const satisfies Partial<Message>;

/** What one inbound message has of its own: the columns of `inbound_message`, under the message's names. */
export type InboundMessage = Omit<
  Message,
  keyof typeof EVERY_INBOUND | 'status' | 'status_reason' | 'provider' | 'provider_message_id'
> & {
  provider: ConnectionId;
  provider_message_id: string;
};

/** The columns of `inbound_message` that make an InboundMessage. */
export const INBOUND_COLUMNS = `id, account_id, conversation_id, type, "from", "to", subject, body, attachments,
  connection_id as provider, provider_message_id, "timestamp", created_at, from_user_id, to_user_id, trace_id,
  read_at`;

/** The `status_reason` of a text that seems to ask for no more messages, in words that are no keyword. */
export const POSSIBLE_OPT_OUT = 'possible_opt_out';

/** The whole message. */
export function toMessage(inbound: InboundMessage): Message {
  return {
    ...EVERY_INBOUND,
    ...inbound,
    status: inbound.read_at === null ? 'received' : 'read',
    status_reason: isPossibleOptOut(inbound) ? POSSIBLE_OPT_OUT : null,
  };
}

/** Whether somebody should look at a message, because its sender may want no more. */
export function isPossibleOptOut({ type, body }: Pick<InboundMessage, 'type' | 'body'>): boolean {
  return isText(type) && seemsToOptOut(body);
}

/** Whether keywords count in a message of this type. */
export function isText(type: Message['type']): boolean {
  return type === 'sms' || type === 'mms';
}
