import type { Selectable, Transaction } from 'kysely';
import type { Tables } from '../database.ts';

/** The columns that make an account as clients see it. */
export const ACCOUNT_COLUMNS = [
  'id',
  'name',
  'blocked_words',
  'chat_friends_only',
  'created_at',
] as const satisfies readonly (keyof Tables['account'])[];

/** An account as clients see it. */
export type Account = Pick<Selectable<Tables['account']>, (typeof ACCOUNT_COLUMNS)[number]>;

/** Stores an account; null when its id is taken. */
export async function insertAccount(
  trx: Transaction<Tables>,
  account: Pick<Account, 'id' | 'name'>,
): Promise<Account | null> {
  const row = await trx
    .insertInto('account')
    .values(account)
    .onConflict((conflict) => conflict.doNothing())
    .returning(ACCOUNT_COLUMNS)
    .executeTakeFirst();
  return row ?? null;
}
