import type { MessageChanged, MessageFact } from '@parley/contracts/facts/message-facts';
import type { Message } from '@parley/contracts/message';

/** The fact that brings a message's content. */
export function contentFact(message: Message, at = message.created_at): MessageFact {
  const kind = message.direction === 'inbound' ? 'message.received' : 'message.accepted';
  return { kind, at, message };
}

/** A fact that the message has moved on, of which the test says what it cares about; the rest is not known. */
export function changeFact(message: Message, change: Partial<MessageChanged>): MessageFact {
  const { id, account_id, direction, type, from, timestamp, round, created_at } = message;
  return {
    kind: 'message.changed',
    at: created_at,
    message_id: id,
    account_id,
    direction,
    type,
    from,
    timestamp,
    round,
    status: 'sent',
    status_reason: null,
    provider: null,
    provider_message_id: null,
    sent_at: null,
    delivered_at: null,
    read_at: null,
    expires_at: null,
    ...change,
  };
}
