import type { ReceiptReceived } from '@parley/contracts/facts/receipt-facts';
import type { Message } from '@parley/contracts/message';
import type { Metrics } from '@parley/platform/runtime';

/** Makes the function that counts what was stored. */
export function countStored(
  metrics: Metrics,
): (messages: readonly Message[], receipts: readonly ReceiptReceived[]) => void {
  const messagesTotal = metrics.counter(
    'messages_total',
    'Messages by how they stand when they are counted',
    ['direction', 'type', 'status', 'provider'],
  );
  const receiptsTotal = metrics.counter('receipts_total', 'Delivery receipts stored', ['status', 'provider']);
  return (messages, receipts) => {
    for (const { direction, type, status, provider } of messages)
      messagesTotal.inc({ direction, type, status, provider: provider ?? '' });
    for (const { status, connection_id } of receipts) receiptsTotal.inc({ status, provider: connection_id });
  };
}
