import { normalizeForFilter } from '@parley/contracts/address';
import type { AccountId } from '@parley/contracts/ids';
import type { Page } from '@parley/contracts/requests/paging';
import { text } from '@parley/contracts/text';
import { z } from 'zod';
import type { ListIdentity } from '../page-lists/cursor.ts';
import { toPage } from '../page-lists/page.ts';
import { pagingParameters, readParameters } from '../page-lists/parameters.ts';

export const parameters = z.strictObject({
  ...pagingParameters,
  participant: z.string().optional().describe('An address or a user name: who takes part.'),
});

/** A page of conversations as a client asked for it. */
export interface WantedConversations {
  /** Who takes part, an address in its stored form or a user name; null = whoever. */
  participant: string | null;
  /** Whether there can be any. */
  isPossible: boolean;
  page: Page;
  list: ListIdentity;
}

/** Reads the query of a list of conversations; throws a `validation_failed` problem when it cannot be used. */
export function wantedConversations(account_id: AccountId, query: URLSearchParams): WantedConversations {
  const wanted = readParameters(parameters, query);
  const participant = wanted.participant === undefined ? null : normalizeForFilter(wanted.participant);
  const list = { name: 'conversations', account_id, filter: { participant } };
  const isPossible = text.nullable().safeParse(participant).success;
  return { participant, isPossible, page: toPage(wanted, list), list };
}
