import type { Connection } from '@parley/platform/directory';
import { trustIn } from '../send-message/call-provider.ts';
import { routeOf } from '../send-message/choose-route.ts';
import { decide, LEASE_EXPIRED, OUTCOME_UNKNOWN } from '../send-message/decide.ts';
import type { Finish } from '../send-message/record-finishes.ts';
import type { AbandonedMessage } from './store.ts';

const NEVER_TOLD = { kind: 'unknown', reason: LEASE_EXPIRED } as const;

/**
 * The end of an attempt whose dispatcher never told of it: the provider may have been called, so it is unknown. A
 * dispatcher that still comes back with the answer replaces this.
 */
export function abandonedFinish(message: AbandonedMessage, connection: Connection | null): Finish {
  const now = Date.now();
  const { provider, attempt_no, attempts_spent, expires_at } = message;
  const { took_none: _, ...trust } = trustIn(routeOf(connection), message.on_unknown_outcome);
  const facts = {
    ...trust,
    attempt_no,
    attempts_spent,
    expires_at,
    unresolved: message.status_reason === OUTCOME_UNKNOWN,
    connection_id: provider,
    alternatives: 0,
  };
  return {
    message,
    call: {
      connection_id: provider,
      outcome: NEVER_TOLD,
      by: 'call',
      started_at: message.changed_at,
      finished_at: new Date(now).toISOString(),
    },
    move: decide(NEVER_TOLD, facts, { called: now, now, random: Math.random }),
  };
}
