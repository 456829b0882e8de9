import { z } from 'zod';
import type { RequestContract } from '../contract.ts';
import { accountId, conversationId, messageId, userId } from '../ids.ts';
import { message, type Message } from '../message.ts';
import { messageStatus } from '../message-status.ts';
import { direction, messageType } from '../message-type.ts';
import { instant, text } from '../text.ts';
import { page, pageResult, type PageResult } from './paging.ts';

/** How many values a condition may name. */
export const MAX_VALUES = 100;

const anyOf = <S extends z.ZodType>(value: S) => z.array(value).max(MAX_VALUES).nullable();

/** Conditions on messages, combined with AND; a list means "any of", null means "any". */
export const messageFilter = z.object({
  id: anyOf(messageId),
  from: anyOf(z.string()),
  to: anyOf(z.string()),
  provider_message_id: anyOf(z.string()),
  type: messageType.nullable(),
  direction: direction.nullable(),
  status: messageStatus.nullable(),
  status_reason: z.string().nullable(),
  conversation_id: conversationId.nullable(),
  /** What the body or the subject contains, in capitals or not. */
  q: text.min(1).nullable(),
  /** Messages from or to this user, or from or to any of these addresses. */
  user: z.object({ id: userId, addresses: z.array(z.string()) }).nullable(),
  /** Messages of this time or later. */
  since: instant.nullable(),
  /** Messages of this time or earlier. */
  until: instant.nullable(),
});
export type MessageFilter = z.infer<typeof messageFilter>;

/** What every message meets. */
export const NO_CONDITIONS: MessageFilter = {
  id: null,
  from: null,
  to: null,
  provider_message_id: null,
  type: null,
  direction: null,
  status: null,
  status_reason: null,
  conversation_id: null,
  q: null,
  user: null,
  since: null,
  until: null,
};

/** Which end of a list comes first: `desc` = the newest. */
export const listOrder = z.enum(['asc', 'desc']);
export type ListOrder = z.infer<typeof listOrder>;

const queryItem = z.object({ account_id: accountId, filter: messageFilter, order: listOrder, page });
export type MessageQuery = z.infer<typeof queryItem>;

/** One page of an account's messages, by `timestamp`, ties by id. */
export const queryMessages: RequestContract<MessageQuery, PageResult<Message>> = {
  subject: 'reporting.query-messages',
  version: 1,
  item: queryItem,
  reply: pageResult(message),
};
