import type { Kysely } from 'kysely';
import type { Bus } from '../bus/connect.ts';
import { publish } from '../bus/publish.ts';
import { createBatcher } from '../runtime/batcher.ts';
import { messageOf } from '../runtime/unavailable.ts';
import { deleteRows } from './delete-rows.ts';
import type { OutboxRow } from './row.ts';

/** Publishing by the process that committed, without waiting for the relay. */
export interface FastPath {
  /**
   * Publishes rows that are due at once and deletes them when the bus has them. Call it after the commit, do not
   * wait for it: it never throws, and what it cannot publish the relay does.
   */
  publishNow(rows: readonly OutboxRow[]): void;
  /** Resolves when nothing is on its way any more, and what the bus has by then is deleted. */
  drain(): Promise<void>;
}

const MAX_IN_FLIGHT = 2_000;
const MAX_DELETES = 2_000;
const DELETE_WAIT_MS = 50;

/** Makes the fast path of an outbox; at most 2,000 rows are on their way at once. */
export function createFastPath<Tables>(db: Kysely<Tables>, bus: Bus): FastPath {
  let inFlight = 0;
  let landed = (): void => {};
  const deletes = createBatcher<string, null>({
    name: 'outbox-delete',
    maxItems: MAX_DELETES,
    waitMs: DELETE_WAIT_MS,
    maxQueued: MAX_IN_FLIGHT * 4,
    metrics: bus.metrics,
    flush: async (ids) => {
      await deleteRows(db, [ids.toSorted()]);
      return ids.map(() => null);
    },
  });

  async function publishOne(row: OutboxRow): Promise<void> {
    inFlight += 1;
    try {
      await publish(bus, row.subject, row.payload, row.id);
      await deletes.add(row.id);
    } catch (error) {
      bus.logger.debug({ err: error }, `left to the relay: ${messageOf(error)}`);
    } finally {
      inFlight -= 1;
      if (inFlight === 0) landed();
    }
  }

  return {
    publishNow: (rows) => {
      for (const row of rows) {
        if (row.available_at !== null) continue;
        if (inFlight >= MAX_IN_FLIGHT || !bus.connected()) return;
        void publishOne(row);
      }
    },
    drain: () => (inFlight === 0 ? Promise.resolve() : new Promise((resolve) => (landed = resolve))),
  };
}
