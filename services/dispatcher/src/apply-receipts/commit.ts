import { inTransaction } from '@parley/platform/db';
import { addToOutbox, type Outbox } from '@parley/platform/outbox';
import { changedRows, type ChangedMessage } from '../changed-message.ts';
import type { CountMessages } from '../count-messages.ts';
import type { Database, Trx } from '../database.ts';

export interface ReceiptOptions {
  db: Database;
  outbox: Pick<Outbox, 'publishNow'>;
  count: CountMessages;
}

/** Runs `apply` in one transaction with the facts of what it changed, and publishes after the commit. */
export async function commitChanges(
  { db, outbox, count }: ReceiptOptions,
  apply: (trx: Trx) => Promise<readonly ChangedMessage[]>,
): Promise<void> {
  const { rows, changes } = await inTransaction(db, async (trx) => {
    const changes = await apply(trx);
    const rows = changedRows(changes);
    await addToOutbox(trx, rows);
    return { rows, changes };
  });
  outbox.publishNow(rows);
  count(changes);
}
