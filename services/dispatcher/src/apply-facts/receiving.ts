import type { FactContract, RequestContract } from '@parley/contracts/contract';
import type { ExportItem, ExportPage } from '@parley/contracts/requests/export';
import { STREAMS } from '@parley/contracts/streams';
import {
  catchUp,
  consume,
  factsSchema,
  requester,
  type Bus,
  type RejectedMessage,
} from '@parley/platform/bus';
import type { Logger, Part } from '@parley/platform/runtime';
import type { Database } from '../database.ts';
import type { FactApplier } from './applier.ts';
import { factReplay } from './replay.ts';

export interface ReceivingContext {
  db: Database;
  bus: Bus;
  logger: Logger;
  /** Keeps facts that cannot be read. */
  deadLetter(message: RejectedMessage): Promise<void>;
}

/** Where facts of a kind come from. */
export interface FactSource<Fact> {
  durable: string;
  facts: FactContract<Fact>;
  /** How their owner tells all of them again. */
  exported: RequestContract<ExportItem, ExportPage<Fact>>;
}

/** Bus messages in hand at once, of up to 200 facts each. */
const IN_HAND = 100;

/** The parts that apply facts: catching up with their owner after a gap, and the consumer. */
export function factReceiving<Fact>(
  { durable, facts, exported }: FactSource<Fact>,
  applier: FactApplier<Fact>,
  { db, bus, logger, deadLetter }: ReceivingContext,
): Part[] {
  const ask = requester(bus, exported, { waitMs: 0, maxQueued: 1 });
  const source = { stream: STREAMS.events.name, durable };
  return [
    catchUp(bus, {
      db,
      ...source,
      latestFact: applier.latest,
      replay: factReplay({ ask, applier, logger }),
    }),
    consume(bus, {
      ...source,
      schema: factsSchema(facts),
      concurrency: IN_HAND,
      handle: (payload) => applier.apply(payload.facts),
      deadLetter,
    }),
  ];
}
