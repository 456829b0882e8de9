import type { ReceiptReceived } from '@parley/contracts/facts/receipt-facts';
import type { ExportItem, ExportPage } from '@parley/contracts/requests/export';
import type { RequestHandler } from '@parley/platform/bus';
import type { Executor } from '@parley/platform/db';
import { loadPage } from './store.ts';

/** Answers pages of all receipts in the order in which they came in. */
export function receiptExporter(db: Executor): RequestHandler<ExportItem, ExportPage<ReceiptReceived>> {
  return (items) => Promise.all(items.map(async (item) => toPage(await loadPage(db, item), item.limit)));
}

function toPage(found: readonly ReceiptReceived[], limit: number): ExportPage<ReceiptReceived> {
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return {
    rows,
    next:
      last !== undefined && found.length > limit
        ? { changed_at: last.received_at, id: last.receipt_id }
        : null,
  };
}
