import type { ReceiptReceived } from '@parley/contracts/facts/receipt-facts';
import type { ExportItem, ExportPage } from '@parley/contracts/requests/export';
import { each, type RequestHandler } from '@parley/platform/bus';
import type { Executor } from '@parley/platform/db';
import { loadPage } from './store.ts';

/** Answers pages of all receipts in the order in which they came in. */
export function receiptExporter(db: Executor): RequestHandler<ExportItem, ExportPage<ReceiptReceived>> {
  return each((item) => loadPage(db, item));
}
