import type { ReceiptReceived } from '@parley/contracts/facts/receipt-facts';
import { progressOf } from '@parley/contracts/message-status';
import type { ChangedMessage } from '../changed-message.ts';

/** A receipt met the attempt that it reports on: the message as it stands, and when that attempt ended. */
export interface Match {
  receipt_id: string;
  attempt_finished_at: string;
  message: ChangedMessage;
}

/**
 * Merges receipts into their messages and returns those whose progress rose, each once. The order and repetition of
 * receipts make no difference to where a message ends; `delivered` wins over everything but a later round.
 */
export function decide(
  matches: readonly Match[],
  receipts: ReadonlyMap<string, ReceiptReceived>,
): ChangedMessage[] {
  const standing = new Map(matches.map(({ message }) => [message.id, message]));
  const risen = new Map<string, ChangedMessage>();
  for (const match of matches) {
    const receipt = receipts.get(match.receipt_id);
    const message = standing.get(match.message.id);
    if (receipt === undefined || message === undefined || !rises(message, receipt)) continue;
    const changed = merge(message, receipt, match.attempt_finished_at);
    standing.set(changed.id, changed);
    risen.set(changed.id, changed);
  }
  return [...risen.values()];
}

function rises({ round, status }: ChangedMessage, receipt: ReceiptReceived): boolean {
  return progressOf(round, receipt.status) > progressOf(round, status);
}

/** A provider that reports on a message has taken it, even if its answer is not recorded yet. */
function merge(message: ChangedMessage, receipt: ReceiptReceived, attemptFinishedAt: string): ChangedMessage {
  const delivered = receipt.status === 'delivered';
  return {
    ...message,
    status: receipt.status,
    status_reason: delivered ? null : receipt.error_code,
    provider: receipt.connection_id,
    provider_message_id: receipt.provider_message_id,
    sent_at: message.sent_at ?? attemptFinishedAt,
    delivered_at: delivered ? (receipt.occurred_at ?? receipt.received_at) : message.delivered_at,
  };
}
