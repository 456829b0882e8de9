import { receiptFacts } from '@parley/contracts/facts/receipt-facts';
import { exportReceipts } from '@parley/contracts/requests/export';
import { STREAMS } from '@parley/contracts/streams';
import {
  catchUp,
  consume,
  factsSchema,
  requester,
  type Bus,
  type RejectedMessage,
} from '@parley/platform/bus';
import type { Logger, Metrics, Part } from '@parley/platform/runtime';
import type { CommitOptions } from '../commit-changes.ts';
import { receiptApplier } from './handler.ts';
import { receiptReplay } from './replay.ts';
import { receiptSweep } from './sweep.ts';

export interface ReceivingOptions extends CommitOptions {
  bus: Bus;
  metrics: Metrics;
  logger: Logger;
  /** Keeps facts that cannot be read. */
  deadLetter(message: RejectedMessage): Promise<void>;
}

/** Bus messages in hand at once, of up to 200 receipts each. */
const IN_HAND = 100;

/** The parts that apply receipts: the sweep, catching up with ingest after a gap, and the consumer of its facts. */
export function receiptReceiving(options: ReceivingOptions): Part[] {
  const { db, bus, deadLetter, logger } = options;
  const receipts = receiptApplier(options);
  const ask = requester(bus, exportReceipts, { waitMs: 0, maxQueued: 1 });
  const source = { stream: STREAMS.events.name, durable: 'dispatcher--react' };
  return [
    receiptSweep(options),
    catchUp(bus, {
      db,
      ...source,
      latestFact: receipts.latest,
      replay: receiptReplay({ ask, receipts, logger }),
    }),
    consume(bus, {
      ...source,
      schema: factsSchema(receiptFacts),
      concurrency: IN_HAND,
      handle: ({ facts }) => receipts.apply(facts),
      deadLetter,
    }),
  ];
}
