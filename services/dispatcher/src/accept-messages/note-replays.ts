import type { AcceptItem, AcceptReply } from '@parley/contracts/requests/accept-messages';
import { inTransaction } from '@parley/platform/db';
import type { Logger } from '@parley/platform/runtime';
import type { Database } from '../database.ts';
import { addNotes, type Note } from '../notes/add-notes.ts';

/**
 * Notes for each replayed message that its request was repeated; one statement for all, none when none was. A replay
 * that cannot be noted is answered all the same: the answer is what keeps the client from sending twice.
 */
export async function noteReplays(
  items: readonly AcceptItem[],
  replies: readonly AcceptReply[],
  { db, logger }: { db: Database; logger: Logger },
): Promise<void> {
  const notes = replies.flatMap((reply, index) => notesOf(reply, items[index]));
  if (notes.length === 0) return;
  try {
    await inTransaction(db, (trx) => addNotes(trx, notes));
  } catch (error) {
    logger.warn({ err: error, count: notes.length }, 'replays were answered without a note');
  }
}

function notesOf(reply: AcceptReply, item: AcceptItem | undefined): Note[] {
  if (reply.outcome !== 'accepted' || !reply.replayed || item === undefined) return [];
  return reply.messages.map(({ id }) => ({
    message_id: id,
    event: 'replayed',
    provider: null,
    summary: 'The request was repeated with its Idempotency-Key and got the first answer again.',
    details: { idempotency_key: item.idempotency?.key ?? null, trace_id: item.trace_id },
  }));
}
