import type { MessageId } from '@parley/contracts/ids';
import type { ChangeItem, ChangeReply } from '@parley/contracts/requests/change-messages';
import type { Note } from '../notes/add-notes.ts';
import type { Judge, Standing } from './standing.ts';

/** A locked message, and the requests that have changed it. */
export interface Locked extends Standing {
  requests: ReadonlySet<string>;
}

/** What is to become of a batch of requests. */
export interface Decision {
  /** To each request, in order. */
  replies: ChangeReply[];
  /** Messages as they are to stand. */
  moved: Standing[];
  notes: Note[];
}

const NOT_FOUND: ChangeReply = {
  outcome: 'refused',
  code: 'not_found',
  detail: 'there is no such message in this account',
};

/**
 * Decides on requests one after the other, so that two on one message behave as if they had come one by one. A request
 * that was carried out before is answered with the message as it stands.
 */
export function decide<Item extends ChangeItem>(
  items: readonly Item[],
  locked: ReadonlyMap<MessageId, Locked>,
  judge: Judge<Item>,
  now: number,
): Decision {
  const standings = new Map(locked);
  const moved = new Map<MessageId, Standing>();
  const notes: Note[] = [];
  const replies = items.map((item): ChangeReply => {
    const before = standings.get(item.message_id);
    if (before?.message.account_id !== item.account_id) return NOT_FOUND;
    const judgement = before.requests.has(item.request_id)
      ? ({ outcome: 'stands' } as const)
      : judge(before, item, now);
    if (judgement.outcome === 'refused') return judgement;
    if (judgement.outcome === 'stands') return { outcome: 'changed', message: before.message };
    const { round_from, resends, resolved, ...move } = { ...kept(before), ...judgement.move };
    const message = { ...before.message, ...move };
    const requests = new Set([...before.requests, item.request_id]);
    const after = { ...before, message, round_from, resends, resolved, requests };
    standings.set(item.message_id, after);
    moved.set(item.message_id, after);
    if (judgement.note !== null) notes.push(noteOf(item, judgement.note));
    return { outcome: 'changed', message };
  });
  return { replies, moved: [...moved.values()], notes };
}

/** What a move may leave out, besides what the message tells. */
function kept({ round_from, resends, resolved }: Standing) {
  return { round_from, resends, resolved };
}

function noteOf({ message_id, by, request_id }: ChangeItem, note: Omit<Note, 'message_id'>): Note {
  return { ...note, message_id, details: { ...note.details, by, request_id } };
}
