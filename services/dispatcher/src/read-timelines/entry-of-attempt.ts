import type { TimelineEntry } from '@parley/contracts/timeline';
import type { StoredAttempt } from './store.ts';

/** One call to a provider, at the time when it began, and what came of it. */
export function entryOfAttempt(attempt: StoredAttempt): TimelineEntry {
  const { attempt_no, round, outcome, detail, provider_message_id, retry_after_ms } = attempt;
  const latency_ms = Date.parse(attempt.finished_at) - Date.parse(attempt.started_at);
  return {
    at: attempt.started_at,
    event: 'attempt',
    service: 'dispatcher',
    provider: attempt.connection_id,
    summary: `Call ${attempt_no}, ${latency_ms} ms: ${sayOutcome(attempt)}.`,
    details: { attempt_no, round, outcome, latency_ms, retry_after_ms, provider_message_id, detail },
  };
}

function sayOutcome({ connection_id, outcome, detail, provider_message_id, retry_after_ms }: StoredAttempt) {
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
