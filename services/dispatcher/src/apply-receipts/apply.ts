import type { ReceiptReceived } from '@parley/contracts/facts/receipt-facts';
import type { ChangedMessage } from '../changed-message.ts';
import type { Trx } from '../database.ts';
import { decide } from './decide.ts';
import { matchReceipts, raiseMessages } from './store.ts';

/** What came of a batch of receipts. */
export interface Applied {
  changes: ChangedMessage[];
  /** Receipts on messages that are not known yet. */
  unmatched: ReceiptReceived[];
}

/** Matches receipts with attempts and raises their messages. Safe to repeat. */
export async function applyReceipts(trx: Trx, receipts: readonly ReceiptReceived[]): Promise<Applied> {
  if (receipts.length === 0) return { changes: [], unmatched: [] };
  const matches = await matchReceipts(trx, receipts);
  const changes = decide(matches, new Map(receipts.map((receipt) => [receipt.receipt_id, receipt])));
  await raiseMessages(trx, changes);
  const matched = new Set(matches.map((match) => match.receipt_id));
  return { changes, unmatched: receipts.filter((receipt) => !matched.has(receipt.receipt_id)) };
}
