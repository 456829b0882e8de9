import type { TimelineEntry } from '@parley/contracts/timeline';
import { LEASE_EXPIRED } from '../send-message/decide.ts';
import type { StoredAttempt } from './store.ts';

/** What a call came to. */
type Outcome = Pick<
  StoredAttempt,
  'connection_id' | 'outcome' | 'detail' | 'provider_message_id' | 'retry_after_ms'
>;

/**
 * One attempt to send a message, at the time when it began, and what came of it; what was told of it only later is a
 * second entry, at the time when it was.
 */
export function entriesOfAttempt(attempt: StoredAttempt): TimelineEntry[] {
  return attempt.told_by === null || attempt.told_at === null
    ? [entryOf(attempt)]
    : [entryOf(beforeTold(attempt)), entryOfTelling(attempt, attempt.told_at)];
}

/** An attempt as it was known before it was told what came of it: an answer that came late replaced all of it. */
function beforeTold(attempt: StoredAttempt): StoredAttempt {
  const detail = attempt.told_by === 'receipt' ? attempt.detail : LEASE_EXPIRED;
  return { ...attempt, outcome: 'unknown', detail, provider_message_id: null, retry_after_ms: null };
}

function entryOf(attempt: StoredAttempt): TimelineEntry {
  if (attempt.detail === LEASE_EXPIRED) return entryOfGivenUp(attempt);
  switch (attempt.by) {
    case 'call':
      return entryOfCall(attempt);
    case 'lookup':
      return entryOfLookup(attempt);
    case 'nothing':
      return entry(attempt, {
        summary: `${attempt.connection_id} is gone: no call was made.`,
        ...noCall(attempt),
      });
  }
}

function entryOfCall(attempt: StoredAttempt): TimelineEntry {
  const latency_ms = latencyOf(attempt);
  const summary = `${nameOf(attempt)}, ${latency_ms} ms: ${sayOutcome(attempt)}.`;
  return entry(attempt, { summary, details: { ...detailsOf(attempt), latency_ms } });
}

/** Nobody knows whether it came to a call. */
function entryOfGivenUp(attempt: StoredAttempt): TimelineEntry {
  const { connection_id } = attempt;
  const summary =
    `${nameOf(attempt)}: the dispatcher that was to call ${connection_id} did not come back within its lease, ` +
    `so nobody knows whether ${connection_id} took it.`;
  return entry(attempt, { summary, details: { ...detailsOf(attempt), latency_ms: null } });
}

function entryOfLookup(attempt: StoredAttempt): TimelineEntry {
  const { connection_id, outcome, detail, provider_message_id } = attempt;
  const finding = outcome === 'accepted' ? 'found' : 'unknown';
  const summary = `${connection_id} was asked what it had taken: ${sayFinding(attempt)}.`;
  return entry(attempt, { event: 'lookup', summary, details: { finding, provider_message_id, detail } });
}

function sayFinding({ outcome, detail, provider_message_id }: Outcome): string {
  if (outcome === 'accepted') return `it had taken it as ${provider_message_id}`;
  return detail === 'lookup_took_too_long'
    ? 'none of the calls before, but it was too late to call again'
    : `it did not say (${detail})`;
}

function entryOfTelling(attempt: StoredAttempt, at: string): TimelineEntry {
  const { told_by, provider_message_id, connection_id } = attempt;
  const byReceipt = `A receipt told that ${connection_id} took it as ${provider_message_id}.`;
  const byAnswer = `The dispatcher came back late: ${nameOf(attempt)} took ${latencyOf(attempt)} ms, and ${sayOutcome(attempt)}.`;
  const details = {
    ...detailsOf(attempt),
    told_by,
    latency_ms: told_by === 'answer' ? latencyOf(attempt) : null,
  };
  return entry(attempt, {
    at,
    event: 'settled',
    summary: told_by === 'receipt' ? byReceipt : byAnswer,
    details,
  });
}

function entry(
  { connection_id, started_at }: StoredAttempt,
  told: Pick<TimelineEntry, 'summary' | 'details'> & Partial<Pick<TimelineEntry, 'at' | 'event'>>,
): TimelineEntry {
  return { at: started_at, event: 'attempt', service: 'dispatcher', provider: connection_id, ...told };
}

/** Calls are counted by themselves: not every attempt came to one. */
function nameOf({ by, call_no }: StoredAttempt): string {
  return by === 'call' ? `Call ${call_no}` : 'An attempt';
}

function latencyOf({ started_at, finished_at }: StoredAttempt): number {
  return Date.parse(finished_at) - Date.parse(started_at);
}

function detailsOf({
  by,
  call_no,
  round,
  outcome,
  retry_after_ms,
  provider_message_id,
  detail,
}: StoredAttempt) {
  const attempt_no = by === 'call' ? call_no : null;
  return { attempt_no, round, outcome, retry_after_ms, provider_message_id, detail };
}

function noCall(attempt: StoredAttempt): Pick<TimelineEntry, 'details'> {
  return { details: { ...detailsOf(attempt), latency_ms: null } };
}

function sayOutcome({
  connection_id,
  outcome,
  detail,
  provider_message_id,
  retry_after_ms,
}: Outcome): string {
  const because = detail === null ? '' : ` (${detail})`;
  switch (outcome) {
    case 'accepted':
      return `${connection_id} took it as ${provider_message_id}`;
    case 'refused':
      return `${connection_id} refused it${because}`;
    case 'throttled':
      return retry_after_ms === null
        ? `${connection_id} had too many messages`
        : `${connection_id} had too many messages and asked to wait ${retry_after_ms} ms`;
    case 'unavailable':
      return `${connection_id} did not take it${because}`;
    case 'unknown':
      return `nobody knows whether ${connection_id} took it${because}`;
  }
}
