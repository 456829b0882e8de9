import type { Bus } from '@parley/platform/bus';
import { inTransaction } from '@parley/platform/db';
import type { Directory } from '@parley/platform/directory';
import { addToOutbox, type Outbox } from '@parley/platform/outbox';
import { repeat, type Logger, type Metrics, type Part } from '@parley/platform/runtime';
import { changedRows } from '../changed-message.ts';
import type { CountMessages } from '../count-messages.ts';
import type { Database } from '../database.ts';
import { sendWork } from '../send-work.ts';
import { recordFinishes, type RecordOptions } from '../send-message/record-finishes.ts';
import { abandonedFinish } from './abandoned.ts';
import { oldestWork, staleAt } from './lost-work.ts';
import { abandonedConnections, lockAbandoned, lockQueued, touch } from './store.ts';

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

/** One pass over what was left behind: how many messages it took up. Several instances may run it at once. */
export type Pass = () => Promise<number>;

/**
 * Takes up what was left behind, again and again: messages whose dispatcher died or stood still while it sent them,
 * and queued messages whose work the bus has lost. Neither waits for what only the other needs.
 */
export function reconciler(options: ReconcilerOptions & { intervalMs: number; logger: Logger }): Part[] {
  const { intervalMs, logger } = options;
  const { queued, abandoned } = createReconciliation(options);
  const again = (name: string, pass: Pass): Part =>
    repeat({ name, intervalMs, logger, run: async () => (await pass()) === MAX_MESSAGES });
  return [again('reconcile queued messages', queued), again('reconcile abandoned messages', abandoned)];
}

/** Makes the passes, each in one transaction. */
export function createReconciliation(options: ReconcilerOptions): { queued: Pass; abandoned: Pass } {
  const reconciled = options.metrics.counter(
    'reconciled_total',
    'Messages that were left behind and taken up',
    ['status'],
  );
  const counted = (status: 'queued' | 'sending', pass: Pass): Pass => {
    return async () => {
      const count = await pass();
      if (count > 0) reconciled.inc({ status }, count);
      return count;
    };
  };
  return {
    queued: counted('queued', () => takeUpQueued(options)),
    abandoned: counted('sending', () => takeUpAbandoned(options)),
  };
}

async function takeUpQueued({ db, bus, outbox, queuedStaleMs }: ReconcilerOptions): Promise<number> {
  const before = staleAt(await oldestWork(bus), queuedStaleMs);
  const { stale, rows } = await inTransaction(db, async (trx) => {
    const stale = await lockQueued(trx, before, MAX_MESSAGES);
    const ids = stale.map(({ id }) => id);
    const waiting = await touch(trx, ids, queuedStaleMs);
    const rows = stale.filter(({ id }) => !waiting.has(id)).map((message) => sendWork(message));
    await addToOutbox(trx, rows);
    return { stale, rows };
  });
  outbox.publishNow(rows);
  return stale.length;
}

/** Records the lost calls as unknown; what is judged of a live outcome is judged of them. */
async function takeUpAbandoned(options: ReconcilerOptions): Promise<number> {
  const { db, directory, outbox, count } = options;
  const ids = await abandonedConnections(db, MAX_MESSAGES);
  if (ids.length === 0) return 0;
  // Asked for before anything is locked: another database answers, or does not.
  const connections = new Map(
    await Promise.all(ids.map(async (id) => [id, await directory.connection(id)] as const)),
  );
  const { taken, rows, changes } = await inTransaction(db, async (trx) => {
    const abandoned = await lockAbandoned(trx, ids, MAX_MESSAGES);
    const finishes = abandoned.map((message) =>
      abandonedFinish(message, connections.get(message.provider) ?? null),
    );
    const { changes, retries } = await recordFinishes(trx, finishes, options);
    const rows = [...changedRows(changes), ...retries];
    await addToOutbox(trx, rows);
    return { taken: abandoned.length, rows, changes };
  });
  outbox.publishNow(rows);
  count(changes);
  return taken;
}
