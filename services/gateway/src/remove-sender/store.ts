import type { AccountId } from '@parley/contracts/ids';
import type { Transaction } from 'kysely';
import type { Tables } from '../database.ts';

/** Deletes an entry of the account; null when it has no such entry. */
export async function deleteSender(
  trx: Transaction<Tables>,
  account_id: AccountId,
  id: string,
): Promise<true | null> {
  const { numDeletedRows } = await trx
    .deleteFrom('sender')
    .where('account_id', '=', account_id)
    .where('id', '=', id)
    .executeTakeFirst();
  return numDeletedRows > 0n ? true : null;
}
