import { inTransaction } from '@parley/platform/db';
import { addToOutbox, type Outbox } from '@parley/platform/outbox';
import { changedRows, type Changes } from './changed-message.ts';
import type { CountMessages } from './count-messages.ts';
import type { Database, Trx } from './database.ts';
import { beginChanges, recordChanges } from './message-trace.ts';

export interface CommitOptions {
  db: Database;
  outbox: Pick<Outbox, 'publishNow'>;
  count: CountMessages;
}

/** Runs `change` in one transaction with the facts of what it changed, and publishes and counts after the commit. */
export async function commitChanges<Changed extends Changes>(
  { db, outbox, count }: CommitOptions,
  change: (trx: Trx) => Promise<Changed>,
): Promise<Changed> {
  const start = Date.now();
  const { changed, told, spans, rows } = await inTransaction(db, async (trx) => {
    const changed = await change(trx);
    const told = [...changed.risen, ...changed.corrected];
    const spans = beginChanges(told);
    const rows = [...changedRows(told, spans), ...(changed.rows ?? [])];
    await addToOutbox(trx, rows);
    return { changed, told, spans, rows };
  });
  recordChanges(told, spans, start);
  outbox.publishNow(rows);
  count(changed.risen);
  return changed;
}
