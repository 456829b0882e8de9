import type { Page, PageResult } from '@parley/contracts/requests/paging';
import type { Kysely } from 'kysely';
import { ACCOUNT_COLUMNS, type Account } from '../create-account/store.ts';
import type { Tables } from '../database.ts';
import { fetchPage } from '../page-lists/fetch-page.ts';

/** One page of all accounts, oldest first. Throws `Unavailable`. */
export function selectAccounts(db: Kysely<Tables>, page: Page): Promise<PageResult<Account>> {
  return fetchPage(db.selectFrom('account').select(ACCOUNT_COLUMNS), page);
}
