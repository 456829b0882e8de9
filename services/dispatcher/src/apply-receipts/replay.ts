import type { ReceiptReceived } from '@parley/contracts/facts/receipt-facts';
import type { ExportCursor, ExportItem, ExportPage } from '@parley/contracts/requests/export';
import type { Requester } from '@parley/platform/bus';
import type { ReceiptApplier } from './handler.ts';

const PAGE = 1_000;

/** Makes the function that applies every receipt that ingest has received since an instant, page by page. */
export function receiptReplay(
  ask: Requester<ExportItem, ExportPage<ReceiptReceived>>,
  { apply }: Pick<ReceiptApplier, 'apply'>,
): (since: string) => Promise<void> {
  return async (since) => {
    let after: ExportCursor | null = null;
    do {
      const page: ExportPage<ReceiptReceived> = await ask({ since, after, limit: PAGE });
      if (page.rows.length > 0) await apply(page.rows);
      after = page.next;
    } while (after !== null);
  };
}
