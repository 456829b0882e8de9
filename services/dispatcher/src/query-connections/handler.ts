import type { ConnectionHealth } from '@parley/contracts/requests/query-connections';
import type { RequestHandler } from '@parley/platform/bus';
import type { Executor } from '@parley/platform/db';
import { decideHealth } from './decide.ts';
import { loadHealth } from './store.ts';

/** Says how connections are doing, from the tables, so that every instance says the same. One statement for all. */
export function connectionHealth(
  db: Executor,
): RequestHandler<Pick<ConnectionHealth, 'connection_id'>, ConnectionHealth> {
  return async (items) => {
    const rows = await loadHealth(db, [...new Set(items.map(({ connection_id }) => connection_id))]);
    const stored = new Map(rows.map((row) => [row.connection_id, row]));
    return items.map(({ connection_id }) => decideHealth(connection_id, stored.get(connection_id)));
  };
}
