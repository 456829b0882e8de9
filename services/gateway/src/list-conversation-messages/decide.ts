import type { ConversationId } from '@parley/contracts/ids';
import type { MessageFilter } from '@parley/contracts/requests/query-messages';

/** A filter that holds within one conversation; null when it names another one, so that nothing matches. */
export function within(conversation: ConversationId, filter: MessageFilter | null): MessageFilter | null {
  if (filter === null || (filter.conversation_id ?? conversation) !== conversation) return null;
  return { ...filter, conversation_id: conversation };
}
