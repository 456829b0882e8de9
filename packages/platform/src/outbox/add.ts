import type { Transaction } from 'kysely';
import { prepared } from '../db/prepared.ts';
import type { OutboxRow } from './row.ts';

/** How long the process that commits a row has for publishing it before the relay does, ms. */
export const FAST_PATH_GRACE_MS = 2_000;

const insertRows = prepared(
  'outbox-add',
  `insert into outbox (id, subject, payload, available_at, message_id)
   select id, subject, payload, coalesce(available_at, now() + $2::int * interval '1 ms'), message_id
   from jsonb_to_recordset($1) as r(id uuid, subject text, payload text, available_at timestamptz, message_id uuid)`,
);

/**
 * Commits things to publish together with the state they tell of: hence the transaction. Hand the same rows to
 * `publishNow` after the commit; whatever is not published then, the relay publishes when it is due.
 */
export async function addToOutbox<Tables>(
  trx: Transaction<Tables>,
  rows: readonly OutboxRow[],
): Promise<void> {
  if (rows.length > 0) await insertRows(trx, [JSON.stringify(rows), FAST_PATH_GRACE_MS]);
}
