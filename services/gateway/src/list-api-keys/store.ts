import type { AccountId } from '@parley/contracts/ids';
import type { Page, PageResult } from '@parley/contracts/requests/paging';
import type { Kysely } from 'kysely';
import type { ApiKey } from '../create-api-key/store.ts';
import type { Tables } from '../database.ts';
import { fetchPage } from '../page-lists/fetch-page.ts';

/** One page of an account's keys that are not revoked, oldest first. Throws `Unavailable`. */
export function selectApiKeys(
  db: Kysely<Tables>,
  account_id: AccountId,
  page: Page,
): Promise<PageResult<ApiKey & { created_at: string }>> {
  const keys = db
    .selectFrom('api_key')
    .select(['id', 'account_id', 'scopes', 'expires_at', 'created_at'])
    .where('account_id', '=', account_id)
    .where('revoked_at', 'is', null);
  return fetchPage(keys, page);
}
