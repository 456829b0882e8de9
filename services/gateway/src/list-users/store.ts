import type { AccountId } from '@parley/contracts/ids';
import type { Page, PageResult } from '@parley/contracts/requests/paging';
import { sql, type Kysely } from 'kysely';
import { USER_COLUMNS, type User } from '../create-user/store.ts';
import type { Tables } from '../database.ts';
import { fetchPage, type Order } from '../page-lists/fetch-page.ts';

/** By name, which is unique in an account. */
export const BY_USER_NAME: Order<User> = {
  columns: [sql`user_name`],
  after: ({ id }) => sql`user_name > ${id}`,
  keyOf: ({ user_name, created_at }) => ({ at: created_at, id: user_name }),
};

/** One page of an account's users, by name. Throws `Unavailable`. */
export function selectUsers(
  db: Kysely<Tables>,
  account_id: AccountId,
  page: Page,
): Promise<PageResult<User>> {
  const users = db.selectFrom('user').select(USER_COLUMNS).where('account_id', '=', account_id);
  return fetchPage(users, page, BY_USER_NAME);
}
