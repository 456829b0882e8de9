import { receiptFacts } from '@parley/contracts/facts/receipt-facts';
import { exportReceipts } from '@parley/contracts/requests/export';
import type { Part } from '@parley/platform/runtime';
import { factReceiving, type ReceivingContext } from '../apply-facts/receiving.ts';
import { receiptApplier } from './handler.ts';
import { receiptSweep, type SweepOptions } from './sweep.ts';

export type ReceivingOptions = SweepOptions & ReceivingContext;

/** The parts that apply receipts: the sweep, and those that take ingest's facts. */
export function receiptReceiving(options: ReceivingOptions): Part[] {
  const source = { durable: 'dispatcher--react', facts: receiptFacts, exported: exportReceipts };
  return [receiptSweep(options), ...factReceiving(source, receiptApplier(options), options)];
}
