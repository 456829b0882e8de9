import type { TimelineEntry } from '@parley/contracts/timeline';
import { OPTED_OUT } from '../send-message/decide.ts';
import type { StoredMessage, StoredNote } from './store.ts';

/** How a round of a message ended, if it did. */
interface Ending {
  status: string;
  reason: string | null;
  since: string;
}

const REASONS: Readonly<Record<string, string>> = {
  not_sent: 'somebody found out that it was not sent',
  no_connection: 'no connection could send it',
  outcome_unknown: 'nobody found out in time whether it was sent',
  provider_unavailable: 'the provider did not take it in any of its attempts',
  [OPTED_OUT]: 'the recipient does not want any more messages',
  throttled: 'the provider had too many messages',
};

/**
 * That a message failed or expired, for each round in which it did. That needs no note: the message itself tells of its
 * last round, and the request to send it again of each before.
 */
export function entriesOfEndedRounds(message: StoredMessage, notes: readonly StoredNote[]): TimelineEntry[] {
  const { status, status_reason: reason, changed_at: since } = message;
  return [...endingsBefore(notes), { status, reason, since }].flatMap((ending) => entryOf(ending));
}

function endingsBefore(notes: readonly StoredNote[]): Ending[] {
  return notes.flatMap(({ event, details: { was, reason, since } }) =>
    event === 'redriven' && typeof was === 'string' && typeof since === 'string'
      ? [{ status: was, reason: typeof reason === 'string' ? reason : null, since }]
      : [],
  );
}

function entryOf({ status, reason, since }: Ending): TimelineEntry[] {
  if (status !== 'failed' && status !== 'expired') return [];
  const because = reason === null ? '' : `: ${REASONS[reason] ?? reason}`;
  const summary =
    status === 'failed' ? `It failed${because}.` : `Its time was over before it could be sent${because}.`;
  const event = reason === OPTED_OUT ? 'refused_to_send' : status;
  return [{ at: since, event, service: 'dispatcher', provider: null, summary, details: { reason } }];
}
