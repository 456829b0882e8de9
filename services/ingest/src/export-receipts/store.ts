import type { ReceiptReceived } from '@parley/contracts/facts/receipt-facts';
import { exportPages } from '@parley/platform/db';

/** The next receipts by (received_at, id), at least one if there is any. Throws `Unavailable`. */
export const loadPage = exportPages<ReceiptReceived>('export-receipts', {
  table: 'receipt',
  columns: `'receipt.received' as kind, id as receipt_id, connection_id, provider_message_id, status, error_code,
     occurred_at, received_at, client_reference`,
  at: 'received_at',
  bytes: 'octet_length(provider_message_id) + coalesce(octet_length(error_code), 0)',
});
