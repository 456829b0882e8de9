import type { AccountId } from '@parley/contracts/ids';
import { available } from '@parley/platform/db';
import type { Kysely } from 'kysely';
import { USER_COLUMNS, type User } from '../create-user/store.ts';
import type { Tables } from '../database.ts';

/** The account's user of this name; null when there is none. Throws `Unavailable`. */
export async function selectUser(
  db: Kysely<Tables>,
  account_id: AccountId,
  user_name: string,
): Promise<User | null> {
  const user = db
    .selectFrom('user')
    .select(USER_COLUMNS)
    .where('account_id', '=', account_id)
    .where('user_name', '=', user_name);
  return (await available(user.executeTakeFirst())) ?? null;
}
