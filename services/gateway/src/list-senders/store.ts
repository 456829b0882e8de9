import type { AccountId } from '@parley/contracts/ids';
import type { Page, PageResult } from '@parley/contracts/requests/paging';
import type { Kysely } from 'kysely';
import type { Sender } from '../add-sender/store.ts';
import type { Tables } from '../database.ts';
import { fetchPage } from '../page-lists/fetch-page.ts';

/** One page of an account's allowed senders, oldest first. Throws `Unavailable`. */
export function selectSenders(
  db: Kysely<Tables>,
  account_id: AccountId,
  page: Page,
): Promise<PageResult<Sender>> {
  const senders = db
    .selectFrom('sender')
    .select(['id', 'kind', 'address', 'created_at'])
    .where('account_id', '=', account_id);
  return fetchPage(senders, page);
}
