import type { MessageFact } from '@parley/contracts/facts/message-facts';
import type { MessageId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import { bisect, inTransaction } from '@parley/platform/db';
import { createBatcher, messageOf, type Logger, type Metrics } from '@parley/platform/runtime';
import type { Kysely } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { collapse, knowledgeOfFact, knowledgeOfMessage, type Knowledge } from './decide.ts';
import { addKnowledge } from './store.ts';

/** Brings what the owners tell into the projections. */
export interface Projector {
  /**
   * Settles once the facts are committed: with null, or with why some of them, and only those, cannot be stored.
   * Rejects with `Unavailable` when the database is away, with QueueFull when too much is waiting.
   */
  addFacts(facts: readonly MessageFact[]): Promise<string | null>;
  /** The same for whole messages, as their owners export them. */
  addMessages(messages: readonly Message[]): Promise<string | null>;
  /** The time of the newest fact committed since the start, an instant; null when there was none. */
  latestFact(): string | null;
}

interface Told {
  knowledge: Knowledge[];
  /** When the newest of it happened; null when that was not told. */
  at: string | null;
}

const GATHER_MS = 100;
const MAX_BUS_MESSAGES = 200;
const MAX_IN_ONE_WRITE = 1_000;
const SIZE_BUCKETS = [1, 5, 10, 20, 50, 100, 200, 500, 1_000];

/** Makes the projector of this process: what comes within 100 ms is written together, in one statement. */
export function createProjector(
  db: Kysely<ReportingTables>,
  { metrics, logger }: { metrics: Metrics; logger: Logger },
): Projector {
  const lag = metrics.gauge('projection_lag_seconds', 'Age of the newest fact when it had been projected');
  const sizes = metrics.histogram('projection_batch_size', 'Messages in one write', [], SIZE_BUCKETS);
  let latest: string | null = null;

  async function flush(batch: readonly Told[]): Promise<(string | null)[]> {
    const known = collapse(batch.flatMap(({ knowledge }) => knowledge));
    sizes.observe(known.length);
    const refused = new Map<MessageId, string>();
    await bisect(known, write, ({ id }, error) => {
      logger.error({ message_id: id, err: error }, 'what is told of a message cannot be stored');
      refused.set(id, messageOf(error));
      return id;
    });
    noteTimes(batch);
    return batch.map(({ knowledge }) => reasonOf(knowledge, refused));
  }

  async function write(known: readonly Knowledge[]): Promise<readonly MessageId[]> {
    if (known.length > 0) await inTransaction(db, (trx) => addKnowledge(trx, known));
    return known.map(({ id }) => id);
  }

  function noteTimes(batch: readonly Told[]): void {
    const newest = greatest(batch.map(({ at }) => at));
    if (newest !== null) lag.set((Date.now() - Date.parse(newest)) / 1_000);
    latest = greatest([latest, newest]);
  }

  const batcher = createBatcher<Told, string | null>({
    name: 'project-messages',
    maxItems: MAX_BUS_MESSAGES,
    waitMs: GATHER_MS,
    // Nobody waits for the result, and a message that is told of twice in one write is written once.
    alwaysWaits: true,
    maxQueued: MAX_BUS_MESSAGES * 2,
    weight: { of: ({ knowledge }) => knowledge.length, max: MAX_IN_ONE_WRITE },
    metrics,
    flush,
  });
  return {
    addFacts: (facts) =>
      batcher.add({ knowledge: facts.map(knowledgeOfFact), at: greatest(facts.map((fact) => fact.at)) }),
    addMessages: (messages) => batcher.add({ knowledge: messages.map(knowledgeOfMessage), at: null }),
    latestFact: () => latest,
  };
}

function reasonOf(knowledge: readonly Knowledge[], refused: ReadonlyMap<MessageId, string>): string | null {
  if (refused.size === 0) return null;
  const bad = knowledge.find(({ id }) => refused.has(id));
  return bad === undefined ? null : `message ${bad.id}: ${refused.get(bad.id)}`;
}

function greatest(instants: readonly (string | null)[]): string | null {
  return instants.reduce((one, two) => (one === null || (two !== null && two > one) ? two : one), null);
}
