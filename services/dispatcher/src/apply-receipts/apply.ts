import type { ReceiptReceived } from '@parley/contracts/facts/receipt-facts';
import type { Changes } from '../changed-message.ts';
import type { Trx } from '../database.ts';
import { addNotes, type Note } from '../notes/add-notes.ts';
import { decide, type IgnoredReceipt } from './decide.ts';
import { dropUnmatched, matchReceipts, raiseMessages } from './store.ts';

/** What came of a batch of receipts. */
export interface Applied extends Changes {
  /** Receipts on messages that are not known yet. */
  unmatched: ReceiptReceived[];
}

/** Matches receipts with attempts, raises their messages and notes what was ignored. Safe to repeat. */
export async function applyReceipts(trx: Trx, receipts: readonly ReceiptReceived[]): Promise<Applied> {
  if (receipts.length === 0) return { risen: [], corrected: [], unmatched: [] };
  const matches = await matchReceipts(trx, receipts);
  const byId = new Map(receipts.map((receipt) => [receipt.receipt_id, receipt]));
  const { risen, corrected, ignored } = decide(matches, byId);
  await raiseMessages(trx, [...risen, ...corrected]);
  await addNotes(trx, ignored.map(noteOnIgnored));
  const matched = new Set(matches.map((match) => match.receipt_id));
  return { risen, corrected, unmatched: receipts.filter((receipt) => !matched.has(receipt.receipt_id)) };
}

/** Applies receipts that were kept, and keeps on only those that still match nothing. */
export async function applyKept(trx: Trx, receipts: readonly ReceiptReceived[]): Promise<Changes> {
  const { unmatched, ...changes } = await applyReceipts(trx, receipts);
  const still = new Set(unmatched);
  const applied = receipts.filter((receipt) => !still.has(receipt));
  await dropUnmatched(
    trx,
    applied.map((receipt) => receipt.receipt_id),
  );
  return changes;
}

/** Has the receipt's own id: however often the receipt comes, it is noted once. */
function noteOnIgnored({ receipt, message, reason }: IgnoredReceipt): Note {
  const { receipt_id, connection_id, status, provider_message_id, occurred_at } = receipt;
  return {
    id: receipt_id,
    message_id: message.id,
    event: 'receipt_ignored',
    provider: connection_id,
    summary: `A receipt says ${status}, which changes nothing: ${reason}.`,
    details: { status, reason, provider_message_id, occurred_at },
  };
}
