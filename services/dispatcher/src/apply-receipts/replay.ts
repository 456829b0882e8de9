import type { ReceiptReceived } from '@parley/contracts/facts/receipt-facts';
import type { ExportItem, ExportPage } from '@parley/contracts/requests/export';
import { replayPages, type Requester } from '@parley/platform/bus';
import type { Logger } from '@parley/platform/runtime';
import type { ReceiptApplier } from './handler.ts';

export interface ReplayContext {
  ask: Requester<ExportItem, ExportPage<ReceiptReceived>>;
  receipts: Pick<ReceiptApplier, 'apply'>;
  logger: Pick<Logger, 'error'>;
}

/**
 * Makes the function that applies every receipt that ingest has received since an instant, page by page. A receipt
 * that is refused is logged and passed over: ingest keeps it. Throws when ingest or the database stays away or the
 * signal is aborted; to repeat it changes nothing.
 */
export function receiptReplay({
  ask,
  receipts,
  logger,
}: ReplayContext): (since: string, signal: AbortSignal) => Promise<void> {
  /** A verdict is on all receipts handed in together, so those that were refused are halved down to the bad ones. */
  async function apply(rows: readonly ReceiptReceived[]): Promise<void> {
    const result = await receipts.apply(rows);
    if (result.verdict === 'done') return;
    const [only] = rows;
    if (rows.length === 1 && only !== undefined)
      return logger.error(
        { receipt_id: only.receipt_id, reason: result.reason },
        'a replayed receipt was refused',
      );
    const middle = Math.ceil(rows.length / 2);
    await apply(rows.slice(0, middle));
    await apply(rows.slice(middle));
  }

  return (since, signal) => replayPages({ ask, apply, since, signal });
}
