import type { ConnectionId } from '@parley/contracts/ids';
import type { UnknownPolicy } from '@parley/contracts/sending-choices';
import type { Directory } from '@parley/platform/directory';
import type { Metrics } from '@parley/platform/runtime';
import type { Outcome, PostJson } from '@parley/providers/provider';
import { routeOf, type Route } from './choose-route.ts';
import type { Claimed } from './claim.ts';
import type { AttemptFacts } from './decide.ts';
import { honoursKeys, unknownPolicy } from './unknown-policy.ts';

/** A call that was made and what it came to. */
export interface Call {
  connection_id: ConnectionId;
  outcome: Outcome;
  started_at: string;
  finished_at: string;
  trust: Trust;
}

/** How far the connection that was called can be trusted. */
export type Trust = Pick<AttemptFacts, 'honours_idempotency_keys' | 'on_unknown_outcome'>;

export interface CallerOptions {
  directory: Pick<Directory, 'connection'>;
  post: PostJson;
  metrics: Metrics;
}

/** Calls the provider for a claimed message: one call, one outcome. Rejects only with `Unavailable`, before the call. */
export type CallProvider = (claimed: Claimed, wanted: Route) => Promise<Call>;

const GONE: Outcome = {
  kind: 'unavailable',
  reason: 'connection_gone',
  retry_after_ms: null,
  connection_wide: false,
};

/** Makes the function that calls providers. */
export function providerCaller({ directory, post, metrics }: CallerOptions): CallProvider {
  const seconds = metrics.histogram('provider_call_seconds', 'Duration of provider calls', ['provider']);
  const outcomes = metrics.counter('provider_outcomes_total', 'What provider calls came to', [
    'connection',
    'outcome',
  ]);

  return async (claimed, wanted) => {
    // Who may have sent it already is asked again, even if others are preferred or it is disabled by now.
    const isWanted = claimed.provider === wanted.connection.id;
    const route = isWanted ? wanted : routeOf(await directory.connection(claimed.provider));
    const started = Date.now();
    const outcome = route === null ? GONE : await send(claimed, route, post);
    const finished = Date.now();
    if (route !== null) seconds.observe({ provider: route.provider.name }, (finished - started) / 1_000);
    outcomes.inc({ connection: claimed.provider, outcome: outcome.kind });
    return {
      connection_id: claimed.provider,
      outcome,
      started_at: new Date(started).toISOString(),
      finished_at: new Date(finished).toISOString(),
      trust: trustIn(route, claimed.on_unknown_outcome),
    };
  };
}

/** What may be expected of a connection, and what is done with a message of which it does not tell. */
export function trustIn(route: Route | null, chosen: UnknownPolicy | null): Trust {
  return {
    honours_idempotency_keys: route !== null && honoursKeys(route),
    on_unknown_outcome: unknownPolicy(chosen, route),
  };
}

function send(claimed: Claimed, { connection, provider, url }: Route, post: PostJson): Promise<Outcome> {
  return provider.send(claimed, { url, token: connection.token }, post);
}
