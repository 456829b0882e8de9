import { z } from 'zod';
import type { RequestContract } from '../contract.ts';
import { accountId, conversationId, userId } from '../ids.ts';
import { message, type Message } from '../message.ts';
import { messageStatus } from '../message-status.ts';
import { direction, messageType } from '../message-type.ts';
import { instant } from '../text.ts';
import { page, pageResult, type PageResult } from './paging.ts';

/** Conditions on messages, combined with AND; a list means "any of", null means "any". */
export const messageFilter = z.object({
  from: z.array(z.string()).nullable(),
  to: z.array(z.string()).nullable(),
  type: messageType.nullable(),
  direction: direction.nullable(),
  status: messageStatus.nullable(),
  status_reason: z.string().nullable(),
  conversation_id: conversationId.nullable(),
  /** Messages from or to this user, or from or to any of these addresses. */
  user: z.object({ id: userId, addresses: z.array(z.string()) }).nullable(),
  /** Messages of this time or later. */
  since: instant.nullable(),
});
export type MessageFilter = z.infer<typeof messageFilter>;

const queryItem = z.object({ account_id: accountId, filter: messageFilter, page });
export type MessageQuery = z.infer<typeof queryItem>;

/** One page of an account's messages, newest `timestamp` first. */
export const queryMessages: RequestContract<MessageQuery, PageResult<Message>> = {
  subject: 'reporting.query-messages',
  version: 1,
  item: queryItem,
  reply: pageResult(message),
};
