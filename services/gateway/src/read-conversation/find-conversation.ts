import type { Conversation } from '@parley/contracts/conversation';
import { conversationId, type AccountId, type ConversationId } from '@parley/contracts/ids';
import type { HttpRequest } from '@parley/platform/http';
import type { Owners } from '../owners.ts';
import { notFound } from '../read-fields.ts';

/** The conversation id in a path; throws `not_found` for what is none. */
export function conversationIdIn(params: HttpRequest['params']): ConversationId {
  const id = conversationId.safeParse(params['id']?.toLowerCase()).data;
  if (id === undefined) throw notFound('conversation');
  return id;
}

/** The account's conversation of this id. Throws `not_found` when there is none, or `Unavailable`. */
export async function findConversation(
  { queryConversations }: Pick<Owners, 'queryConversations'>,
  account_id: AccountId,
  id: ConversationId,
): Promise<Conversation> {
  const page = { style: 'keyset', after: null, limit: 1 } as const;
  const { rows } = await queryConversations({ account_id, id, participant: null, page });
  const [conversation] = rows;
  if (conversation === undefined) throw notFound('conversation');
  return conversation;
}
