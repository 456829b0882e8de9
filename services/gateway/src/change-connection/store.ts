import type { ConnectionId } from '@parley/contracts/ids';
import type { Selectable, Transaction, Updateable } from 'kysely';
import { connectionColumns, type Connection } from '../create-connection/store.ts';
import type { Tables } from '../database.ts';

/** A connection as it is stored, not to be changed by others until the transaction ends; null when there is none. */
export async function lockConnection(
  trx: Transaction<Tables>,
  id: ConnectionId,
): Promise<Selectable<Tables['connection']> | null> {
  const row = await trx
    .selectFrom('connection')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  return row ?? null;
}

/** Changes a connection that is there. */
export function updateConnection(
  trx: Transaction<Tables>,
  id: ConnectionId,
  columns: Updateable<Tables['connection']>,
): Promise<Connection> {
  return trx
    .updateTable('connection')
    .set((eb) => ({ priority: eb.ref('priority'), ...columns }))
    .where('id', '=', id)
    .returning(connectionColumns)
    .executeTakeFirstOrThrow();
}
