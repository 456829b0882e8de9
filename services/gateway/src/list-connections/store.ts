import type { AccountId } from '@parley/contracts/ids';
import type { Page, PageResult } from '@parley/contracts/requests/paging';
import type { Kysely } from 'kysely';
import { connectionColumns, type Connection } from '../create-connection/store.ts';
import type { Tables } from '../database.ts';
import { fetchPage } from '../page-lists/fetch-page.ts';

/** One page of an account's connections, disabled ones too, oldest first. Throws `Unavailable`. */
export function selectConnections(
  db: Kysely<Tables>,
  account_id: AccountId,
  page: Page,
): Promise<PageResult<Connection>> {
  const connections = db
    .selectFrom('connection')
    .select(connectionColumns)
    .where('account_id', '=', account_id);
  return fetchPage(connections, page);
}
