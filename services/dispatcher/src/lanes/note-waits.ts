import type { MessageId } from '@parley/contracts/ids';
import type { Note } from '../notes/add-notes.ts';
import type { Claimed } from '../send-message/claim.ts';
import type { TakenRow, Wanted } from './take-store.ts';

/** Shorter waits are nothing to tell of, ms. */
const WORTH_TELLING_MS = 1_000;

/** What is noted of messages that left their lanes after they had waited there for a second or more. */
export function notesOnWaits({
  rows,
  wanted,
  claimed,
}: {
  rows: readonly TakenRow[];
  wanted: readonly Wanted[];
  claimed: ReadonlyMap<MessageId, Claimed>;
}): Note[] {
  return rows.flatMap(({ message_id, position, waiting_since, waited_ms }) => {
    const lane = wanted[position];
    const message = message_id === null ? undefined : claimed.get(message_id);
    if (message === undefined || lane === undefined || waiting_since === null) return [];
    if (waited_ms === null || waited_ms < WORTH_TELLING_MS) return [];
    return [noteOnWait(message, lane, { at: waiting_since, waited_ms: Math.round(waited_ms) })];
  });
}

/** As of when the wait began: how long it was is known when it is over. */
function noteOnWait(
  { id, waited_for: reason }: Claimed,
  { connection_id, sender, via }: Wanted,
  { at, waited_ms }: { at: string; waited_ms: number },
): Note {
  const way = via === connection_id ? '' : `, and went through ${via}`;
  return {
    message_id: id,
    event: 'waiting',
    provider: connection_id,
    summary: `Waited ${waited_ms} ms for its turn in the lane of ${sender} at ${connection_id} (${reason})${way}.`,
    details: { reason, waited_ms, sender },
    at,
  };
}
