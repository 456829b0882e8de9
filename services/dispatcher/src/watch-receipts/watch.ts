import { repeat, type Logger, type Metrics, type Part } from '@parley/platform/runtime';
import type { ChangedMessage } from '../changed-message.ts';
import { commitChanges, type CommitOptions } from '../commit-changes.ts';
import { addNotes, type Note } from '../notes/add-notes.ts';
import { lookForOverdue } from './store.ts';

export interface WatchOptions extends CommitOptions {
  /** A receipt is overdue when none came so long after its message was sent, ms. */
  receiptTimeoutMs: number;
  metrics: Metrics;
}

const INTERVAL_MS = 1_000;
const MAX_CHANGES = 2_000;

/** Watches for receipts that do not come: their messages say so, until one comes after all. */
export function receiptWatch(options: WatchOptions & { logger: Logger }): Part {
  const look = createWatch(options);
  return repeat({
    name: 'watch for receipts',
    intervalMs: INTERVAL_MS,
    logger: options.logger,
    run: async () => (await look()) === MAX_CHANGES,
  });
}

/** Makes the function that looks at the next changes of messages, and returns how many there were, at most 2,000. */
export function createWatch(options: WatchOptions): () => Promise<number> {
  const { receiptTimeoutMs: timeoutMs, metrics } = options;
  const total = metrics.counter('receipts_overdue_total', 'Messages on which no receipt came in time', [
    'connection',
  ]);
  return async () => {
    const looked = await commitChanges(options, async (trx) => {
      const { at, overdue } = await lookForOverdue(trx, { timeoutMs, limit: MAX_CHANGES });
      await addNotes(
        trx,
        overdue.map((message) => noteOn(message, timeoutMs)),
      );
      return { at, risen: [], corrected: overdue };
    });
    for (const { provider } of looked.corrected) total.inc({ connection: provider ?? '' });
    return looked.at;
  };
}

function noteOn({ id, provider, provider_message_id }: ChangedMessage, timeoutMs: number): Note {
  return {
    message_id: id,
    event: 'receipt_overdue',
    provider,
    summary: `No receipt came within ${timeoutMs / 1_000} s of its being sent.`,
    details: { timeout_ms: timeoutMs, provider_message_id },
  };
}
