import type { ConnectionId } from '@parley/contracts/ids';
import type { Directory } from '@parley/platform/directory';
import { routeOf } from '../send-message/choose-route.ts';
import { decide, OUTCOME_UNKNOWN } from '../send-message/decide.ts';
import type { Finish } from '../send-message/record-finishes.ts';
import type { StaleMessage } from './store.ts';

const LEASE_EXPIRED = { kind: 'unknown', reason: 'lease_expired' } as const;

/**
 * The end of an attempt whose dispatcher never told of it: the provider may have been called, so it is unknown. A
 * dispatcher that still comes back with the answer replaces this.
 */
export async function abandonedFinish(
  message: StaleMessage,
  directory: Pick<Directory, 'connection'>,
): Promise<Finish> {
  const provider = claimedBy(message);
  const route = routeOf(await directory.connection(provider));
  const now = Date.now();
  const { attempt_no, attempts_spent, expires_at } = message;
  const facts = {
    attempt_no,
    attempts_spent,
    expires_at,
    unresolved: message.status_reason === OUTCOME_UNKNOWN,
    honours_idempotency_keys: route?.provider.honours_idempotency_keys ?? false,
  };
  return {
    message: { ...message, provider },
    priority: 'normal',
    call: {
      connection_id: provider,
      outcome: LEASE_EXPIRED,
      started_at: message.changed_at,
      finished_at: new Date(now).toISOString(),
    },
    move: decide(LEASE_EXPIRED, facts, { now, random: Math.random }),
  };
}

function claimedBy({ id, provider }: StaleMessage): ConnectionId {
  if (provider === null) throw new Error(`message ${id} is being sent through no connection`);
  return provider;
}
