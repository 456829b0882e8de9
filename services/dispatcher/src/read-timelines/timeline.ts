import type { TimelineEntry } from '@parley/contracts/timeline';
import { entriesOfAttempt } from './entries-of-attempt.ts';
import { entryOfWait } from './entry-of-wait.ts';
import { entriesOfFailovers } from './failovers.ts';
import type { StoredAttempt, StoredMessage, StoredNote, StoredWait } from './store.ts';

/** Everything that is stored of one message. */
export interface Life {
  message: StoredMessage;
  attempts: readonly StoredAttempt[];
  notes: readonly StoredNote[];
  /** The lane in which it waits, if it does. */
  wait: StoredWait | null;
}

/** What happened to a message, oldest first; what happened in the same moment is in the order in which it can happen. */
export function timelineOf({ message, attempts, notes, wait }: Life): TimelineEntry[] {
  const entries = [
    acceptance(message),
    ...sending(message),
    ...entriesOfFailovers(attempts),
    ...attempts.flatMap(entriesOfAttempt),
    ...notes.map(entryOfNote),
    ...(wait === null ? [] : [entryOfWait(wait)]),
    ...reading(message),
  ];
  return entries.toSorted((one, two) => (one.at < two.at ? -1 : Number(one.at > two.at)));
}

function acceptance({ type, to, priority, created_at, send_at, trace_id }: StoredMessage): TimelineEntry {
  const later = send_at === null || send_at <= created_at ? '' : `, not to be sent before ${send_at}`;
  return {
    at: created_at,
    event: 'accepted',
    service: 'dispatcher',
    provider: null,
    summary: `Accepted for ${to}${later}.`,
    details: { type, priority, send_at, trace_id },
  };
}

function entryOfNote({ message_id: _, ...note }: StoredNote): TimelineEntry {
  return { ...note, service: 'dispatcher' };
}

/** A chat message needs no call that would tell of it. */
function sending({ type, sent_at }: StoredMessage): TimelineEntry[] {
  if (type !== 'chat' || sent_at === null) return [];
  const summary = 'Sent: it is there for its recipient, and needs no provider.';
  return [{ at: sent_at, event: 'sent', service: 'dispatcher', provider: null, summary, details: {} }];
}

/** A chat message is marked as read; of all others their provider tells. */
function reading({ read_at, provider }: StoredMessage): TimelineEntry[] {
  if (read_at === null) return [];
  const summary =
    provider === null ? 'Somebody marked it as read.' : `Its recipient read it: ${provider} reported so.`;
  return [{ at: read_at, event: 'read', service: 'dispatcher', provider, summary, details: {} }];
}
