import type { AccountId } from '@parley/contracts/ids';
import type { Transaction } from 'kysely';
import type { Tables } from '../database.ts';

/** Deletes a user of the account; null when it has none of this name. */
export async function deleteUser(
  trx: Transaction<Tables>,
  account_id: AccountId,
  user_name: string,
): Promise<true | null> {
  const { numDeletedRows } = await trx
    .deleteFrom('user')
    .where('account_id', '=', account_id)
    .where('user_name', '=', user_name)
    .executeTakeFirst();
  return numDeletedRows > 0n ? true : null;
}
