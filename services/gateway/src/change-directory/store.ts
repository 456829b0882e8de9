import type { AccountId } from '@parley/contracts/ids';
import { available } from '@parley/platform/db';
import type { Kysely, Transaction } from 'kysely';
import type { Tables } from '../database.ts';

/** Raises the version of an account, which tells everyone's older copies from the new state. */
export async function raiseVersion(trx: Transaction<Tables>, id: AccountId): Promise<number> {
  const { version } = await trx
    .updateTable('account')
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .returning('version')
    .executeTakeFirstOrThrow();
  return version;
}

/** Whether there is such an account. Throws `Unavailable`. */
export async function isAccount(db: Kysely<Tables>, id: AccountId): Promise<boolean> {
  const found = await available(
    db.selectFrom('account').select('id').where('id', '=', id).executeTakeFirst(),
  );
  return found !== undefined;
}

/** Whether the account is the first one, which runs the installation. Throws `Unavailable`. */
export async function isFirstAccount(db: Kysely<Tables>, id: AccountId): Promise<boolean> {
  const oldest = db.selectFrom('account').select('id').orderBy('created_at').orderBy('id').limit(1);
  const first = await available(oldest.executeTakeFirst());
  return first?.id === id;
}
