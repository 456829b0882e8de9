import type { Bus } from '@parley/platform/bus';
import { inTransaction } from '@parley/platform/db';
import type { Directory } from '@parley/platform/directory';
import { addToOutbox, type Outbox, type OutboxRow } from '@parley/platform/outbox';
import type { Logger, Metrics, Part } from '@parley/platform/runtime';
import { changedRows } from '../changed-message.ts';
import type { CountMessages } from '../count-messages.ts';
import type { Database, Trx } from '../database.ts';
import { repeat } from '@parley/platform/runtime';
import { sendWork } from '../send-work.ts';
import { recordFinishes, type RecordOptions } from '../send-message/record-finishes.ts';
import { abandonedFinish } from './abandoned.ts';
import { oldestWork, staleAt } from './lost-work.ts';
import { lockStale, outboxLag, touch, type StaleMessage } from './store.ts';

export interface ReconcilerOptions extends RecordOptions {
  db: Database;
  bus: Pick<Bus, 'manager' | 'connected'>;
  directory: Pick<Directory, 'connection'>;
  outbox: Pick<Outbox, 'publishNow'>;
  count: CountMessages;
  metrics: Metrics;
}

/** Most messages in one pass. */
const MAX_MESSAGES = 1_000;

/**
 * Takes up what was left behind, again and again: messages whose dispatcher died or stood still while it sent them,
 * and queued messages whose work the bus has lost.
 */
export function reconciler(options: ReconcilerOptions & { intervalMs: number; logger: Logger }): Part {
  const { db, metrics, intervalMs, logger } = options;
  const lag = metrics.gauge(
    'outbox_lag_seconds',
    'For how long the oldest due row of the outbox has been waiting',
  );
  const reconcileOnce = createReconciliation(options);
  return repeat({
    name: 'reconcile',
    intervalMs,
    logger,
    run: async () => {
      lag.set(await outboxLag(db));
      return (await reconcileOnce()) === MAX_MESSAGES;
    },
  });
}

/** Makes one pass in one transaction; it returns how many messages it took up. Several instances may run it at once. */
export function createReconciliation(options: ReconcilerOptions): () => Promise<number> {
  const { db, bus, outbox, count, metrics, queuedStaleMs } = options;
  const reconciled = metrics.counter('reconciled_total', 'Messages that were left behind and taken up', [
    'status',
  ]);
  return async () => {
    const queuedBefore = staleAt(await oldestWork(bus), queuedStaleMs);
    const { stale, rows, changes } = await inTransaction(db, async (trx) => {
      const stale = await lockStale(trx, queuedBefore, MAX_MESSAGES);
      const abandoned = await takeUpAbandoned(trx, stale, options);
      const work = await takeUpQueued(trx, stale, queuedStaleMs);
      const rows = [...abandoned.rows, ...work];
      await addToOutbox(trx, rows);
      return { stale, rows, changes: abandoned.changes };
    });
    outbox.publishNow(rows);
    count(changes);
    for (const { status } of stale) reconciled.inc({ status });
    return stale.length;
  };
}

/** Records the lost calls as unknown; what is judged of a live outcome is judged of them. */
async function takeUpAbandoned(trx: Trx, stale: readonly StaleMessage[], options: ReconcilerOptions) {
  const finishes = await Promise.all(
    stale
      .filter(({ status }) => status === 'sending')
      .map((message) => abandonedFinish(message, options.directory)),
  );
  if (finishes.length === 0) return { rows: [], changes: [] };
  const { changes, retries } = await recordFinishes(trx, finishes, options);
  return { rows: [...changedRows(changes), ...retries], changes };
}

async function takeUpQueued(trx: Trx, stale: readonly StaleMessage[], staleMs: number): Promise<OutboxRow[]> {
  const queued = stale.filter(({ status }) => status === 'queued');
  const waiting = await touch(
    trx,
    queued.map(({ id }) => id),
    staleMs,
  );
  return queued.filter(({ id }) => !waiting.has(id)).map((message) => sendWork(message));
}
