import type { ConnectionId } from '@parley/contracts/ids';
import type { DeadLetterQuery } from '@parley/contracts/requests/dead-letters';
import type { Executor } from '@parley/platform/db';
import type { Connection } from '@parley/platform/directory';
import type { Scope } from './sources.ts';
import { unmatchedConnections } from './store.ts';

export interface ScopeOptions {
  /** Where it is asked whose a connection is. */
  directory: { connection(id: ConnectionId): Promise<Pick<Connection, 'account_id'> | null> };
  /** How long after it came a receipt on a message that nobody knows counts as an orphan, ms. */
  orphanAfterMs: number;
}

/**
 * What a question for dead letters may find. Orphan receipts belong to the account whose connection brought them, also
 * when that is disabled by now. Throws `Unavailable`.
 */
export async function scopeOf(
  db: Executor,
  { account_id, whole, filter }: Pick<DeadLetterQuery, 'account_id' | 'whole' | 'filter'>,
  { directory, orphanAfterMs }: ScopeOptions,
): Promise<Scope> {
  const isOfReceipts = filter.kind === null || filter.kind === 'orphan_receipt';
  const ids = isOfReceipts ? await unmatchedConnections(db) : [];
  const found = await Promise.all(ids.map((id) => directory.connection(id)));
  const connections = ids.filter((_, index) => found[index]?.account_id === account_id);
  return { account_id, whole, filter, connections, orphanAfterMs };
}
