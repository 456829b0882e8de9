import type { Bus } from '@parley/platform/bus';
import { inTransaction } from '@parley/platform/db';
import type { Directory } from '@parley/platform/directory';
import { addToOutbox } from '@parley/platform/outbox';
import { repeat, type Logger, type Metrics, type Part } from '@parley/platform/runtime';
import { commitChanges, type CommitOptions } from '../commit-changes.ts';
import { sendWork } from '../send-work.ts';
import { leaveLanes } from '../lanes/enter.ts';
import { addNotes } from '../notes/add-notes.ts';
import { noteOnEnd } from '../notes/note-on-end.ts';
import { recordFinishes, type RecordOptions } from '../send-message/record-finishes.ts';
import { abandonedFinish } from './abandoned.ts';
import { oldestWork, staleAt } from './lost-work.ts';
import {
  abandonedConnections,
  endWhatIsOver,
  heldMessages,
  lockAbandoned,
  lockWaiting,
  touch,
} from './store.ts';

export interface ReconcilerOptions extends RecordOptions, CommitOptions {
  bus: Pick<Bus, 'manager' | 'connected'>;
  directory: Pick<Directory, 'connection'>;
  metrics: Metrics;
}

/** Most messages in one pass. */
const MAX_MESSAGES = 1_000;
/** Held messages are counted no further. */
const MAX_COUNTED = 100_000;

/** One pass over what was left behind: how many messages it took up. Several instances may run it at once. */
export type Pass = () => Promise<number>;

/**
 * Takes up what was left behind, again and again: messages whose dispatcher died or stood still while it sent them,
 * messages whose work was lost, and messages whose time is over. None waits for what only another needs.
 */
export function reconciler(options: ReconcilerOptions & { intervalMs: number; logger: Logger }): Part[] {
  const { intervalMs, logger } = options;
  const { queued, abandoned, overdue } = createReconciliation(options);
  const again = (name: string, pass: Pass): Part =>
    repeat({ name, intervalMs, logger, run: async () => (await pass()) === MAX_MESSAGES });
  return [
    again('reconcile queued messages', queued),
    again('reconcile abandoned messages', abandoned),
    again('end overdue messages', overdue),
  ];
}

/** Makes the passes, each in one transaction. */
export function createReconciliation(
  options: ReconcilerOptions,
): Record<'queued' | 'abandoned' | 'overdue', Pass> {
  const reconciled = options.metrics.counter(
    'reconciled_total',
    'Messages that were left behind and taken up',
    ['status'],
  );
  const held = options.metrics.gauge(
    'messages_held',
    'Messages of which nobody knows whether they were sent',
  );
  for (const status of ['queued', 'sending', 'overdue']) reconciled.inc({ status }, 0);
  const counted = (status: 'queued' | 'sending' | 'overdue', pass: Pass): Pass => {
    return async () => {
      const count = await pass();
      if (count > 0) reconciled.inc({ status }, count);
      return count;
    };
  };
  return {
    queued: counted('queued', () => takeUpQueued(options)),
    abandoned: counted('sending', () => takeUpAbandoned(options)),
    overdue: counted('overdue', () => endOverdue(options, held)),
  };
}

async function takeUpQueued({ db, bus, outbox, queuedStaleMs }: ReconcilerOptions): Promise<number> {
  const before = staleAt(await oldestWork(bus), queuedStaleMs);
  const { stale, rows } = await inTransaction(db, async (trx) => {
    const stale = await lockWaiting(trx, before, MAX_MESSAGES);
    const ids = stale.map(({ id }) => id);
    const hasWork = await touch(trx, ids, queuedStaleMs);
    const rows = stale
      .filter(({ id }) => !hasWork.has(id))
      .map((message) => sendWork(message, { priority: message.priority, at: null }));
    await addToOutbox(trx, rows);
    return { stale, rows };
  });
  outbox.publishNow(rows);
  return stale.length;
}

/** Records the lost calls as unknown; what is judged of a live outcome is judged of them. */
async function takeUpAbandoned(options: ReconcilerOptions): Promise<number> {
  const { db, directory } = options;
  const ids = await abandonedConnections(db, MAX_MESSAGES);
  if (ids.length === 0) return 0;
  // Asked for before anything is locked: another database answers, or does not.
  const connections = new Map(
    await Promise.all(ids.map(async (id) => [id, await directory.connection(id)] as const)),
  );
  const { taken } = await commitChanges(options, async (trx) => {
    const abandoned = await lockAbandoned(trx, ids, MAX_MESSAGES);
    const finishes = abandoned.map((message) =>
      abandonedFinish(message, connections.get(message.provider) ?? null),
    );
    return { ...(await recordFinishes(trx, finishes, options)), taken: abandoned.length };
  });
  return taken;
}

/** Ends what is over, and tells how many messages are held. */
async function endOverdue(options: ReconcilerOptions, held: { set(value: number): void }): Promise<number> {
  const { risen } = await commitChanges(options, async (trx) => {
    const risen = await endWhatIsOver(trx, MAX_MESSAGES);
    await leaveLanes(
      trx,
      risen.map(({ id }) => id),
    );
    await addNotes(trx, risen.flatMap(noteOnEnd));
    return { risen, corrected: [] };
  });
  held.set(await heldMessages(options.db, MAX_COUNTED));
  return risen.length;
}
