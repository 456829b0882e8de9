import { z } from 'zod';
import type { RequestContract } from '../contract.ts';
import { conversation, type Conversation } from '../conversation.ts';
import { accountId, conversationId } from '../ids.ts';
import { page, pageResult, type PageResult } from './paging.ts';

const queryItem = z.object({
  account_id: accountId,
  /** Only this conversation; null = all. */
  id: conversationId.nullable(),
  /** Only those in which any of these takes part: addresses, and ids of users; null = all. */
  participant: z.array(z.string()).min(1).nullable(),
  page,
});
export type ConversationQuery = z.infer<typeof queryItem>;

/** One page of an account's conversations, newest activity first. */
export const queryConversations: RequestContract<ConversationQuery, PageResult<Conversation>> = {
  subject: 'reporting.query-conversations',
  version: 1,
  item: queryItem,
  reply: pageResult(conversation),
};
