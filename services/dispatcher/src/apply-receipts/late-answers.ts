import type { ReceiptReceived } from '@parley/contracts/facts/receipt-facts';
import type { MessageId } from '@parley/contracts/ids';
import { applyKept } from './apply.ts';
import { commitChanges, type CommitOptions } from '../commit-changes.ts';
import { answerByReceipts, lockMessages } from './store.ts';

/**
 * Applies kept receipts that name messages with calls that ended without an answer: each is taken as the answer to one
 * of them. What turns out to be no such answer stays kept. In a transaction of its own, so that all its messages are
 * locked in order.
 */
export async function applyLateAnswers(
  options: CommitOptions,
  receipts: readonly ReceiptReceived[],
): Promise<void> {
  const answers = onePerMessage(receipts);
  if (answers.length === 0) return;
  await commitChanges(options, async (trx) => {
    await lockMessages(
      trx,
      answers.flatMap(({ client_reference }) => client_reference ?? []),
    );
    await answerByReceipts(trx, answers);
    return applyKept(trx, receipts);
  });
}

/** For each message that receipts name one of them, the same whatever their order. */
export function onePerMessage(receipts: readonly ReceiptReceived[]): ReceiptReceived[] {
  const chosen = new Map<MessageId, ReceiptReceived>();
  for (const receipt of receipts) {
    const { client_reference, provider_message_id } = receipt;
    if (client_reference === null) continue;
    const other = chosen.get(client_reference);
    if (other === undefined || provider_message_id < other.provider_message_id)
      chosen.set(client_reference, receipt);
  }
  return [...chosen.values()];
}
