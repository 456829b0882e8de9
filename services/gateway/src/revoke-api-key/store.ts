import type { AccountId } from '@parley/contracts/ids';
import { available } from '@parley/platform/db';
import type { Kysely, Transaction } from 'kysely';
import type { Tables } from '../database.ts';

/** The account of a live key; null when there is no such key. Throws `Unavailable`. */
export async function accountOfKey(db: Kysely<Tables>, id: string): Promise<AccountId | null> {
  const live = db
    .selectFrom('api_key')
    .select('account_id')
    .where('id', '=', id)
    .where('revoked_at', 'is', null);
  const key = await available(live.executeTakeFirst());
  return key?.account_id ?? null;
}

/** Revokes a key; null when somebody else has. */
export async function revokeKey(trx: Transaction<Tables>, id: string): Promise<true | null> {
  const { numUpdatedRows } = await trx
    .updateTable('api_key')
    .set({ revoked_at: new Date().toISOString() })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n ? true : null;
}
