import type { ReceiptReceived } from '@parley/contracts/facts/receipt-facts';
import type { ExportCursor, ExportItem } from '@parley/contracts/requests/export';
import { asUnavailable, prepared, type Executor } from '@parley/platform/db';

const BEFORE_ANY_ID = '00000000-0000-0000-0000-000000000000';

const selectPage = prepared<ReceiptReceived>(
  'export-receipts',
  `select 'receipt.received' as kind, id as receipt_id, connection_id, provider_message_id, status, error_code,
     occurred_at, received_at
   from receipt where (received_at, id) > ($1, $2::uuid) order by received_at, id limit $3`,
);

/** The next receipts by (received_at, id), one more than the page may hold. Throws `Unavailable`. */
export async function loadPage(
  db: Executor,
  { since, after, limit }: ExportItem,
): Promise<ReceiptReceived[]> {
  const from: ExportCursor = after ?? { changed_at: since, id: BEFORE_ANY_ID };
  try {
    return await selectPage(db, [from.changed_at, from.id, limit + 1]);
  } catch (error) {
    throw asUnavailable(error);
  }
}
