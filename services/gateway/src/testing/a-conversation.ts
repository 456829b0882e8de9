import type { Conversation } from '@parley/contracts/conversation';
import type { Message } from '@parley/contracts/message';

/** The conversation in which nothing but this message was said, as reporting tells it, between addresses of nobody. */
export function aConversation(message: Message, overrides: Partial<Conversation> = {}): Conversation {
  const isHeard = message.direction === 'inbound' || message.type === 'chat';
  return {
    id: message.conversation_id,
    joined: [],
    account_id: message.account_id,
    participants: [message.from, message.to]
      .toSorted()
      .map((address) => ({ user_name: null, addresses: [address] })),
    types: [message.type],
    message_count: 1,
    unread_count: message.status === 'received' ? 1 : 0,
    last_message_at: message.created_at,
    last_message: message,
    last_heard_at: isHeard ? message.created_at : null,
    created_at: message.created_at,
    ...overrides,
  };
}
