import { normalizeForFilter } from '@parley/contracts/address';
import { conversationId, parseMessageId, type AccountId, type MessageId } from '@parley/contracts/ids';
import { messageStatus } from '@parley/contracts/message-status';
import { direction, messageType } from '@parley/contracts/message-type';
import type { Page } from '@parley/contracts/requests/paging';
import {
  listOrder,
  MAX_VALUES,
  NO_CONDITIONS,
  type ListOrder,
  type MessageFilter,
} from '@parley/contracts/requests/query-messages';
import { text, time } from '@parley/contracts/text';
import { z } from 'zod';
import type { ListIdentity } from '../page-lists/cursor.ts';
import { toPage } from '../page-lists/page.ts';
import { commaList, listOfUpTo, pagingParameters, readParameters } from '../page-lists/parameters.ts';

const values = listOfUpTo(MAX_VALUES);

export const parameters = z.strictObject({
  ...pagingParameters,
  id: values.describe('Any of these messages, separated by commas.'),
  from: values.describe('Any of these addresses, separated by commas.'),
  to: values.describe('Any of these addresses, separated by commas.'),
  provider_message_id: values.describe('Any of these names that a provider gave, separated by commas.'),
  type: z.string().optional().describe('`sms`, `mms`, `email` or `chat`.'),
  direction: z.string().optional().describe('`outbound` or `inbound`.'),
  status: z.string().optional().describe('Such as `delivered`.'),
  status_reason: z.string().optional().describe('Such as `outcome_unknown`: what is held.'),
  conversation_id: z.string().optional().describe('Of one conversation only.'),
  q: z.string().optional().describe('A text in the body or the subject, in capitals or not.'),
  since: z.string().optional().describe('Of this time (RFC 3339) or later.'),
  until: z.string().optional().describe('Of this time (RFC 3339) or earlier.'),
  order: listOrder.optional().describe('`desc`, the newest first, unless it is `asc`.'),
});
type Parameters = z.infer<typeof parameters>;

/** A page of messages as a client asked for it. */
export interface WantedMessages {
  /** Null when a value is none that any message can have: then nothing matches. */
  filter: MessageFilter | null;
  order: ListOrder;
  page: Page;
  list: ListIdentity;
}

/** Reads the query of a list of messages; throws a `validation_failed` problem when it cannot be used. */
export function wantedMessages(name: string, account_id: AccountId, query: URLSearchParams): WantedMessages {
  const wanted = readParameters(parameters, query);
  const { order = 'desc' } = wanted;
  const filter = toFilter(wanted);
  const list = { name, account_id, filter: { ...filter, order } };
  return { filter, order, page: toPage(wanted, list), list };
}

function toFilter(wanted: Parameters): MessageFilter | null {
  const filter = {
    ...NO_CONDITIONS,
    id: anyOf(wanted.id, parseMessageId),
    from: anyOf(wanted.from, address),
    to: anyOf(wanted.to, address),
    provider_message_id: anyOf(wanted.provider_message_id, storable),
    type: oneOf(messageType, wanted.type),
    direction: oneOf(direction, wanted.direction),
    status: oneOf(messageStatus, wanted.status),
    status_reason: oneOf(text, wanted.status_reason),
    conversation_id: oneOf(conversationId, wanted.conversation_id?.toLowerCase()),
    q: oneOf(text, wanted.q || undefined),
    since: oneOf(time, withPlus(wanted.since)),
    until: oneOf(time, withPlus(wanted.until)),
  };
  return isPossible(filter) ? filter : null;
}

type Perhaps<T> = { [Name in keyof T]: T[Name] | undefined };

function isPossible(filter: Perhaps<MessageFilter>): filter is MessageFilter {
  return Object.values(filter).every((value) => value !== undefined);
}

/** What a comma list can match, sorted, so that the same question has the same cursor; undefined when nothing. */
function anyOf<T extends string | MessageId>(
  value: string | undefined,
  read: (entry: string) => T | null,
): T[] | null | undefined {
  const entries = commaList(value);
  if (entries === null) return null;
  const known = entries.flatMap((entry) => read(entry) ?? []);
  return known.length === 0 ? undefined : [...new Set(known)].sort();
}

function storable(entry: string): string | null {
  return text.safeParse(entry).data ?? null;
}

function address(entry: string): string | null {
  return storable(entry) === null ? null : normalizeForFilter(entry);
}

function oneOf<S extends z.ZodType>(schema: S, value: string | undefined): z.output<S> | null | undefined {
  return value === undefined ? null : schema.safeParse(value).data;
}

/** In a query a "+" that is not escaped means a blank, and no time has one before its offset. */
function withPlus(value: string | undefined): string | undefined {
  return value?.replace(/ (?=\d\d:\d\d$)/, '+');
}
