import type { AccountId } from '@parley/contracts/ids';
import type { Transaction } from 'kysely';
import type { Tables } from '../database.ts';
import { keepAddressOwners } from '../keep-address-owners/store.ts';

/** Deletes a user of the account; null when it has none of this name. */
export async function deleteUser(
  trx: Transaction<Tables>,
  account_id: AccountId,
  user_name: string,
): Promise<true | null> {
  const removed = await trx
    .deleteFrom('user')
    .where('account_id', '=', account_id)
    .where('user_name', '=', user_name)
    .returning(['phone', 'email'])
    .executeTakeFirst();
  if (removed === undefined) return null;
  await keepAddressOwners(trx, account_id, [removed.phone, removed.email]);
  return true;
}
