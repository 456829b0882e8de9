import type { ChangeItem, ChangeReply } from '@parley/contracts/requests/change-messages';
import type { OutboxRow } from '@parley/platform/outbox';
import type { Changes } from '../changed-message.ts';
import type { Trx } from '../database.ts';
import { leaveLanes } from '../lanes/enter.ts';
import { addNotes } from '../notes/add-notes.ts';
import { noteOnEnd } from '../notes/note-on-end.ts';
import { sendWork } from '../send-work.ts';
import { decide } from './decide.ts';
import type { Judge, Standing } from './standing.ts';
import { lockMessages, moveMessages } from './store.ts';

/** What came of a batch of requests. */
export interface ChangeResult extends Changes {
  /** To each request, in order. */
  replies: ChangeReply[];
}

/** How long after it was due a message that waits to be sent counts as lost, ms. */
export interface ChangeOptions {
  queuedStaleMs: number;
}

/**
 * Changes messages as asked: where they stand, with notes; what is to be told and done then is returned. It takes as many
 * statements for many requests as for one, and a message that somebody else is moving is judged when that is done.
 */
export async function changeMessages<Item extends ChangeItem>(
  trx: Trx,
  items: readonly Item[],
  judge: Judge<Item>,
  { queuedStaleMs }: ChangeOptions,
): Promise<ChangeResult> {
  const ids = items.map((item) => item.message_id);
  const locked = await lockMessages(trx, ids);
  const now = Date.now();
  const { replies, moved, notes } = decide(items, locked, judge, now);
  const messages = moved.map(({ message }) => message);
  await moveMessages(trx, moved, queuedStaleMs);
  // What somebody asked for is told before what came of it.
  await addNotes(trx, [...notes, ...messages.flatMap(noteOnEnd)]);
  await leaveLanes(
    trx,
    messages.filter(({ status }) => status === 'canceled').map(({ id }) => id),
  );
  return { replies, risen: messages, corrected: [], rows: workRows(moved, now) };
}

function workRows(moved: readonly Standing[], now: number): OutboxRow[] {
  const waiting = moved.filter(({ message: { status } }) => status === 'queued' || status === 'scheduled');
  return waiting.map(({ message, priority, round_from }) => {
    const isLater = round_from !== null && Date.parse(round_from) > now;
    return sendWork(message, { priority, at: isLater ? round_from : null });
  });
}
