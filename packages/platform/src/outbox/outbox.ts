import type { Kysely } from 'kysely';
import { publish } from '../bus/publish.ts';
import type { Bus } from '../bus/connect.ts';
import { createBatcher } from '../runtime/batcher.ts';
import { delay } from '../runtime/backoff.ts';
import type { Part } from '../runtime/part.ts';
import { messageOf } from '../runtime/unavailable.ts';
import { deleteRows, relayDueRows } from './relay.ts';
import type { OutboxRow } from './row.ts';

/** A service's outbox: the fast path for what was just committed, and the relay for everything else. */
export interface Outbox extends Part {
  /**
   * Publishes rows that are due at once and deletes them when the bus has them. Call it after the commit, do not
   * wait for it: it never throws, and what it cannot publish the relay does.
   */
  publishNow(rows: readonly OutboxRow[]): void;
}

const MAX_IN_FLIGHT = 2_000;
const MAX_DELETES = 2_000;
const DELETE_WAIT_MS = 50;
const RELAY_INTERVAL_MS = 100;
const RELAY_PAUSE_MS = 1_000;

/** Runs the outbox of a service; its schema has the table `outbox`. */
export function createOutbox<Tables>(db: Kysely<Tables>, bus: Bus): Outbox {
  const stopped = new AbortController();
  let inFlight = 0;
  let loop = Promise.resolve();
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
    }
  }

  function publishNow(rows: readonly OutboxRow[]): void {
    for (const row of rows) {
      if (row.available_at !== null) continue;
      if (inFlight >= MAX_IN_FLIGHT || !bus.connected()) return;
      void publishOne(row);
    }
  }

  async function relay(): Promise<void> {
    while (!stopped.signal.aborted) {
      const pause = bus.connected() ? await relayOnce() : RELAY_PAUSE_MS;
      if (pause > 0) await delay(pause, stopped.signal);
    }
  }

  /** Returns how long to rest, ms: not at all while a full batch says that more is due. */
  async function relayOnce(): Promise<number> {
    try {
      return (await relayDueRows(db, bus)) ? 0 : RELAY_INTERVAL_MS;
    } catch (error) {
      bus.logger.warn({ err: error }, `the outbox waits: ${messageOf(error)}`);
      return RELAY_PAUSE_MS;
    }
  }

  return {
    name: 'outbox',
    publishNow,
    start: async () => {
      loop = relay();
    },
    stop: async () => {
      stopped.abort();
      await loop;
      await deletes.drain();
    },
  };
}
