import { normalizeForFilter } from '@parley/contracts/address';
import { conversationId, type AccountId } from '@parley/contracts/ids';
import { messageStatus } from '@parley/contracts/message-status';
import { direction, messageType } from '@parley/contracts/message-type';
import type { Page } from '@parley/contracts/requests/paging';
import type { MessageFilter } from '@parley/contracts/requests/query-messages';
import { text } from '@parley/contracts/text';
import { z } from 'zod';
import type { ListIdentity } from '../page-lists/cursor.ts';
import { toPage } from '../page-lists/page.ts';
import { commaList, pagingParameters, readParameters } from '../page-lists/parameters.ts';

export const parameters = z.strictObject({
  ...pagingParameters,
  from: z.string().optional().describe('Any of these addresses, separated by commas.'),
  to: z.string().optional().describe('Any of these addresses, separated by commas.'),
  type: z.string().optional().describe('`sms`, `mms`, `email` or `chat`.'),
  direction: z.string().optional().describe('`outbound` or `inbound`.'),
  status: z.string().optional().describe('Such as `delivered`.'),
  status_reason: z.string().optional().describe('Such as `outcome_unknown`: what is held.'),
  conversation_id: z.string().optional().describe('Of one conversation only.'),
});
type Parameters = z.infer<typeof parameters>;

/** What every message meets. */
export const NO_CONDITIONS: MessageFilter = {
  from: null,
  to: null,
  type: null,
  direction: null,
  status: null,
  status_reason: null,
  conversation_id: null,
  user: null,
  since: null,
};

/** A page of messages as a client asked for it. */
export interface WantedMessages {
  /** Null when a value is none that any message can have: then nothing matches. */
  filter: MessageFilter | null;
  page: Page;
  list: ListIdentity;
}

/** Reads the query of a list of messages; throws a `validation_failed` problem when it cannot be used. */
export function wantedMessages(name: string, account_id: AccountId, query: URLSearchParams): WantedMessages {
  const wanted = readParameters(parameters, query);
  const filter = toFilter(wanted);
  const list = { name, account_id, filter };
  return { filter, page: toPage(wanted, list), list };
}

function toFilter(wanted: Parameters): MessageFilter | null {
  const filter = {
    ...NO_CONDITIONS,
    from: addresses(wanted.from),
    to: addresses(wanted.to),
    type: oneOf(messageType, wanted.type),
    direction: oneOf(direction, wanted.direction),
    status: oneOf(messageStatus, wanted.status),
    status_reason: oneOf(text, wanted.status_reason),
    conversation_id: oneOf(conversationId, wanted.conversation_id?.toLowerCase()),
  };
  return isPossible(filter) ? filter : null;
}

type Perhaps<T> = { [Name in keyof T]: T[Name] | undefined };

function isPossible(filter: Perhaps<MessageFilter>): filter is MessageFilter {
  return Object.values(filter).every((value) => value !== undefined);
}

/** Normalised and sorted, so that the same question has the same cursor; undefined when none can match. */
function addresses(value: string | undefined): string[] | null | undefined {
  const entries = commaList(value);
  if (entries === null) return null;
  const storable = entries.filter((entry) => text.safeParse(entry).success);
  const known = [...new Set(storable.map(normalizeForFilter))].sort();
  return known.length === 0 ? undefined : known;
}

function oneOf<S extends z.ZodType>(schema: S, value: string | undefined): z.output<S> | null | undefined {
  return value === undefined ? null : schema.safeParse(value).data;
}
