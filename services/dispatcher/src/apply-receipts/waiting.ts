import type { ChangedMessage } from '../changed-message.ts';
import type { Trx } from '../database.ts';
import { applyReceipts } from './apply.ts';
import { dropUnmatched, loadWaiting, type ProviderReference } from './store.ts';

/** Applies the receipts that came before the attempts on these messages were stored; returns what rose. */
export async function applyWaitingReceipts(
  trx: Trx,
  references: readonly ProviderReference[],
): Promise<ChangedMessage[]> {
  if (references.length === 0) return [];
  const receipts = await loadWaiting(trx, references);
  const { changes } = await applyReceipts(trx, receipts);
  await dropUnmatched(
    trx,
    receipts.map((receipt) => receipt.receipt_id),
  );
  return changes;
}
