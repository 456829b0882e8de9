import { messageFacts } from '@parley/contracts/facts/message-facts';
import type {
  RedriveDeadLettersItem,
  RedriveDeadLettersReply,
} from '@parley/contracts/requests/dead-letters';
import { decode, factsSchema, keepDeadLetter, type RequestHandler } from '@parley/platform/bus';
import { available } from '@parley/platform/db';
import { messageOf } from '@parley/platform/runtime';
import type { Kysely } from 'kysely';
import type { ReportingTables } from '../database.ts';
import type { Projector } from '../project-messages/projector.ts';
import { oldestDeadLetters } from '../query-dead-letters/store.ts';
import { dropKept, loadKept, type KeptMessage } from './store.ts';

export interface RedriverOptions {
  db: Kysely<ReportingTables>;
  projector: Pick<Projector, 'addFacts'>;
}

/** Most in memory at once: each may be as large as a bus message. */
const MAX_AT_ONCE = 20;

const schema = factsSchema(messageFacts);

/**
 * Projects facts again that could not be projected, the oldest first, and answers the ids of all that were tried. What
 * was refused again stays, seen once more; the rest is gone. To project a fact twice changes nothing, so none of this
 * needs to happen only once. Throws `Unavailable`.
 */
export function deadLetterRedriver(
  options: RedriverOptions,
): RequestHandler<RedriveDeadLettersItem, RedriveDeadLettersReply> {
  return async (items) => {
    const replies: RedriveDeadLettersReply[] = [];
    for (const item of items) replies.push({ redriven: await redrive(item, options) });
    return replies;
  };
}

async function redrive(
  { whole, filter, limit }: RedriveDeadLettersItem,
  { db, projector }: RedriverOptions,
): Promise<string[]> {
  const ids = whole ? await available(oldestDeadLetters(db, filter, limit)) : [];
  for (let from = 0; from < ids.length; from += MAX_AT_ONCE) {
    const kept = await loadKept(db, ids.slice(from, from + MAX_AT_ONCE));
    const refusals = await Promise.all(kept.map((message) => project(message, projector)));
    await dropKept(
      db,
      kept.filter((_, index) => refusals[index] === null).map(({ id }) => id),
    );
    for (const [index, { subject, payload }] of kept.entries()) {
      const reason = refusals[index] ?? null;
      if (reason !== null) await keepDeadLetter(db)({ subject, payload, reason, deliveries: 1 });
    }
  }
  return ids;
}

/** Null, or why it cannot be projected. */
async function project(
  { payload }: KeptMessage,
  projector: RedriverOptions['projector'],
): Promise<string | null> {
  let facts;
  try {
    ({ facts } = decode(schema, payload));
  } catch (error) {
    return `cannot be read: ${messageOf(error)}`;
  }
  return projector.addFacts(facts);
}
