import { afterAll, expect, test } from '@jest/globals';
import { openTestDatabase } from '@parley/testkit';
import type { ReceiptReceived } from '@parley/contracts/facts/receipt-facts';
import { connectionId, newMessageId, newRowId } from '@parley/contracts/ids';
import type { IngestTables } from '../database.ts';
import { commit } from '../receive-webhooks/commit.ts';
import { receiptExporter } from './handler.ts';

const { db, close } = await openTestDatabase<IngestTables>('ingest');

afterAll(close);

function aReceipt(second: number): ReceiptReceived {
  return {
    kind: 'receipt.received',
    receipt_id: newRowId(),
    connection_id: connectionId.parse('sms'),
    provider_message_id: `ref-${second}`,
    status: second % 2 === 0 ? 'delivered' : 'undelivered',
    error_code: second % 2 === 0 ? null : '30003',
    occurred_at: second % 2 === 0 ? null : '2026-01-15T10:00:00.250Z',
    client_reference: second % 2 === 0 ? newMessageId() : null,
    received_at: `2026-01-15T10:00:0${second}.000Z`,
  };
}

test('tells all receipts as their facts did, in pages from an instant on', async () => {
  const receipts = [1, 2, 3, 4].map(aReceipt);
  await commit(
    db,
    receipts.map((receipt) => ({
      kind: 'receipt',
      key: receipt.receipt_id,
      event_id: receipt.receipt_id,
      receipt,
    })),
  );
  const read = receiptExporter(db);
  const since = '2026-01-15T10:00:02.000Z';
  const [first] = await read([{ since, after: null, limit: 2 }]);
  expect(first?.rows).toEqual(receipts.slice(1, 3));
  const [second] = await read([{ since, after: first?.next ?? null, limit: 2 }]);
  expect(second).toEqual({ rows: receipts.slice(3), next: null });
});
