import type { AcceptItem, AcceptReply, Recipient } from '@parley/contracts/requests/accept-messages';
import { inTransaction } from '@parley/platform/db';
import { createBatcher, type Logger, type Metrics } from '@parley/platform/runtime';
import type { Database } from '../database.ts';
import { addNotes, type Note } from '../notes/add-notes.ts';

export interface NoterOptions {
  /** Of its batches, in metrics. */
  name: string;
  db: Database;
  metrics: Metrics;
  logger: Logger;
  /** Most requests that may wait for their notes at once. */
  maxQueued: number;
}

/** A request that may repeat another one. `recipients`: the ids of its notes. */
export type Repetition = Pick<AcceptItem, 'idempotency' | 'trace_id'> & {
  recipients: readonly Pick<Recipient, 'id'>[];
};

/** Notes the replays among the replies to a request; resolves when they are committed or cannot be. Never rejects. */
export type NoteReplays = (items: readonly Repetition[], replies: readonly AcceptReply[]) => Promise<void>;

const MAX_NOTES = 1_000;
const REPLAYED = {
  event: 'replayed',
  provider: null,
  summary: 'The request was repeated with its Idempotency-Key and got the first answer again.',
} as const;

/**
 * Makes the function that notes for each replayed message that its request was repeated, beside the accepting of
 * others. A replay that cannot be noted is answered all the same: the answer is what keeps its client from sending
 * twice.
 */
export function replayNoter({ name, db, metrics, logger, maxQueued }: NoterOptions): NoteReplays {
  const batcher = createBatcher<readonly Note[], null>({
    name,
    maxItems: maxQueued,
    weight: { of: (notes) => notes.length, max: MAX_NOTES },
    waitMs: 0,
    maxQueued,
    metrics,
    flush: async (some) => {
      await inTransaction(db, (trx) => addNotes(trx, some.flat()));
      return some.map(() => null);
    },
  });
  return async (items, replies) => {
    const notes = replies.flatMap((reply, index) => notesOf(reply, items[index]));
    if (notes.length === 0) return;
    try {
      await batcher.add(notes);
    } catch (error) {
      logger.warn({ err: error, count: notes.length }, 'replays were answered without a note');
    }
  };
}

/** Known by the ids that the repetition came with, so that one which is asked for again itself is noted once. */
function notesOf(reply: AcceptReply, item: Repetition | undefined): Note[] {
  if (reply.outcome !== 'accepted' || !reply.replayed || item === undefined) return [];
  const details = { idempotency_key: item.idempotency?.key ?? null, trace_id: item.trace_id };
  return item.recipients.flatMap(({ id }, index) => {
    const message = reply.messages[index];
    return message === undefined ? [] : [{ id, message_id: message.id, ...REPLAYED, details }];
  });
}
