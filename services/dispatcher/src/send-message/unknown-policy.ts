import type { UnknownPolicy } from '@parley/contracts/sending-choices';
import type { Route } from './choose-route.ts';

/** Whether a repeated key is answered as it was the first time, by what was set for the connection or is promised. */
export function honoursKeys({ connection, provider }: Route): boolean {
  return connection.honours_idempotency_keys ?? provider.honours_idempotency_keys;
}

/**
 * What is done where nobody knows whether a call sent a message: what its client chose, else `retry` where that cannot
 * send twice, else `hold`. Held is also what cannot be asked for: a connection that is gone (null) or that finds
 * nothing by our reference.
 */
export function unknownPolicy(chosen: UnknownPolicy | null, route: Route | null): UnknownPolicy {
  if (route === null) return 'hold';
  const policy = chosen ?? (honoursKeys(route) ? 'retry' : 'hold');
  return policy === 'reconcile' && route.provider.find === undefined ? 'hold' : policy;
}
