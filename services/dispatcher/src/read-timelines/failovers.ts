import type { TimelineEntry } from '@parley/contracts/timeline';
import type { StoredAttempt } from './store.ts';

/** That a message went on to another connection, for each call that went another way than the one before it. */
export function entriesOfFailovers(attempts: readonly StoredAttempt[]): TimelineEntry[] {
  return attempts.flatMap((attempt, index): TimelineEntry[] => {
    const before = attempts[index - 1];
    if (before === undefined || before.round !== attempt.round) return [];
    if (before.connection_id === attempt.connection_id) return [];
    const because = before.detail === null ? before.outcome : `${before.outcome}, ${before.detail}`;
    return [
      {
        at: attempt.started_at,
        event: 'failover',
        service: 'dispatcher',
        provider: attempt.connection_id,
        summary: `${before.connection_id} surely did not send it (${because}): goes on to ${attempt.connection_id}.`,
        details: {
          from: before.connection_id,
          to: attempt.connection_id,
          reason: before.detail ?? before.outcome,
        },
      },
    ];
  });
}
