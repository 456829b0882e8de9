import { inTransaction } from '@parley/platform/db';
import { addToOutbox, type Outbox } from '@parley/platform/outbox';
import { changedRows, type Changes } from './changed-message.ts';
import type { CountMessages } from './count-messages.ts';
import type { Database, Trx } from './database.ts';

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
  const { changed, rows } = await inTransaction(db, async (trx) => {
    const changed = await change(trx);
    const rows = [...changedRows([...changed.risen, ...changed.corrected]), ...(changed.rows ?? [])];
    await addToOutbox(trx, rows);
    return { changed, rows };
  });
  outbox.publishNow(rows);
  count(changed.risen);
  return changed;
}
