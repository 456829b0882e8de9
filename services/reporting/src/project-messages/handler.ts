import { messageFacts } from '@parley/contracts/facts/message-facts';
import { STREAMS } from '@parley/contracts/streams';
import { consume, DONE, factsSchema, keepDeadLetter, type Bus } from '@parley/platform/bus';
import type { Part } from '@parley/platform/runtime';
import type { Kysely } from 'kysely';
import type { ReportingTables } from '../database.ts';
import type { Projector } from './projector.ts';

/** The durable under which reporting takes facts, all its instances together. */
export const DURABLE = 'reporting--project';

const CONCURRENCY = 200;

/** Projects the facts of the bus for as long as the service runs. */
export function projectFacts(bus: Bus, db: Kysely<ReportingTables>, projector: Projector): Part {
  return consume(bus, {
    stream: STREAMS.events.name,
    durable: DURABLE,
    schema: factsSchema(messageFacts),
    concurrency: CONCURRENCY,
    handle: async ({ facts }) => {
      const refused = await projector.addFacts(facts);
      return refused === null ? DONE : { verdict: 'reject', reason: refused };
    },
    deadLetter: keepDeadLetter(db),
  });
}
