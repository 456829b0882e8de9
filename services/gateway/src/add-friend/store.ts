import type { AccountId, UserId } from '@parley/contracts/ids';
import type { Transaction } from 'kysely';
import type { Tables } from '../database.ts';

/** Two users of an account, by name. */
export interface Pair {
  account_id: AccountId;
  names: readonly [string, string];
}

/** The ids of those of the two who are there, in order; they stay there until the transaction ends. */
export async function lockUsers(trx: Transaction<Tables>, { account_id, names }: Pair): Promise<UserId[]> {
  const rows = await trx
    .selectFrom('user')
    .select('id')
    .where('account_id', '=', account_id)
    .where('user_name', 'in', names)
    .orderBy('id')
    .forKeyShare()
    .execute();
  return rows.map(({ id }) => id);
}

/** Makes two users, the smaller id first, friends of each other; null when they are already. */
export async function insertFriends(
  trx: Transaction<Tables>,
  [user_id, friend_id]: readonly [UserId, UserId],
): Promise<true | null> {
  const { numInsertedOrUpdatedRows = 0n } = await trx
    .insertInto('friend')
    .values({ user_id, friend_id })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows > 0n ? true : null;
}
