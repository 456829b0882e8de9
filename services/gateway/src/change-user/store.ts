import type { AccountId } from '@parley/contracts/ids';
import { sql, type Transaction, type Updateable } from 'kysely';
import { USER_COLUMNS, type User } from '../create-user/store.ts';
import type { Tables } from '../database.ts';
import { keepAddressOwners } from '../keep-address-owners/store.ts';

/**
 * Changes a user; null when the account has none of this name. Throws what PostgreSQL says of a name or an e-mail
 * address that another one has.
 */
export async function updateUser(
  trx: Transaction<Tables>,
  { account_id, user_name }: { account_id: AccountId; user_name: string },
  fields: Updateable<Tables['user']>,
): Promise<User | null> {
  const row = await trx
    .updateTable('user')
    .set({ ...fields, modified_at: sql`now()` })
    .where('account_id', '=', account_id)
    .where('user_name', '=', user_name)
    .returning(USER_COLUMNS)
    .returning([sql<string | null>`old.phone`.as('old_phone'), sql<string | null>`old.email`.as('old_email')])
    .executeTakeFirst();
  if (row === undefined) return null;
  const { old_phone, old_email, ...user } = row;
  await keepAddressOwners(trx, account_id, [old_phone, old_email, user.phone, user.email]);
  return user;
}
