import type { AccountId } from '@parley/contracts/ids';
import type { Transaction } from 'kysely';
import type { Tables } from '../database.ts';

/** An account as clients see it. */
export interface Account {
  id: AccountId;
  name: string;
  created_at: string;
}

/** Stores an account; null when its id is taken. */
export async function insertAccount(
  trx: Transaction<Tables>,
  account: Pick<Account, 'id' | 'name'>,
): Promise<Account | null> {
  const row = await trx
    .insertInto('account')
    .values(account)
    .onConflict((conflict) => conflict.doNothing())
    .returning(['id', 'name', 'created_at'])
    .executeTakeFirst();
  return row ?? null;
}
