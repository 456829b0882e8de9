import type { UserId } from '@parley/contracts/ids';
import type { Page, PageResult } from '@parley/contracts/requests/paging';
import type { Kysely } from 'kysely';
import { USER_COLUMNS, type User } from '../create-user/store.ts';
import type { Tables } from '../database.ts';
import { BY_USER_NAME } from '../list-users/store.ts';
import { fetchPage } from '../page-lists/fetch-page.ts';

/** One page of a user's friends, by name. Throws `Unavailable`. */
export function selectFriends(db: Kysely<Tables>, user: UserId, page: Page): Promise<PageResult<User>> {
  const ids = db
    .selectFrom('friend')
    .select('friend_id as id')
    .where('user_id', '=', user)
    .unionAll(db.selectFrom('friend').select('user_id as id').where('friend_id', '=', user));
  return fetchPage(db.selectFrom('user').select(USER_COLUMNS).where('id', 'in', ids), page, BY_USER_NAME);
}
