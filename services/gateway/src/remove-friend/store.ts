import type { Transaction } from 'kysely';
import type { Pair } from '../add-friend/store.ts';
import type { Tables } from '../database.ts';

/** Makes two users friends no more; null when they are not, or not both there. */
export async function deleteFriends(
  trx: Transaction<Tables>,
  { account_id, names }: Pair,
): Promise<true | null> {
  const pair = trx
    .selectFrom('user')
    .select('id')
    .where('account_id', '=', account_id)
    .where('user_name', 'in', names);
  const { numDeletedRows } = await trx
    .deleteFrom('friend')
    .where('user_id', 'in', pair)
    .where('friend_id', 'in', pair)
    .executeTakeFirst();
  return numDeletedRows > 0n ? true : null;
}
