import { conversationIdOf, type UserId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { AcceptItem } from '@parley/contracts/requests/accept-messages';

/** What a message is given when it is accepted. */
export interface Stamp {
  accepted_at: string;
  expires_at: string;
  from_user_id: UserId | null;
  to_user_id: UserId | null;
}

/** The message that an item becomes: queued, and in the conversation of its two participants. */
export function newMessage(item: AcceptItem, stamp: Stamp): Message {
  const { idempotency: _, directory_version: __, ...given } = item;
  const { accepted_at, expires_at, from_user_id, to_user_id } = stamp;
  return {
    ...given,
    conversation_id: conversationIdOf(item.account_id, [
      { address: item.from, user_id: from_user_id },
      { address: item.to, user_id: to_user_id },
    ]),
    direction: 'outbound',
    status: 'queued',
    status_reason: null,
    provider: null,
    provider_message_id: null,
    encoding: null,
    segments: null,
    in_reply_to: null,
    timestamp: item.timestamp ?? accepted_at,
    created_at: accepted_at,
    sent_at: null,
    delivered_at: null,
    read_at: null,
    send_at: null,
    expires_at,
    from_user_id,
    to_user_id,
    round: 1,
  };
}
