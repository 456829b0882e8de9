import type { ConnectionId } from '@parley/contracts/ids';
import type { Transaction } from 'kysely';
import type { Tables } from '../database.ts';

/** Disables a connection; null when somebody else has. */
export async function disable(trx: Transaction<Tables>, id: ConnectionId): Promise<true | null> {
  const { numUpdatedRows } = await trx
    .updateTable('connection')
    .set({ disabled_at: new Date().toISOString() })
    .where('id', '=', id)
    .where('disabled_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n ? true : null;
}
