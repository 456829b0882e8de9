import type { ConnectionId } from '@parley/contracts/ids';
import type { UnknownPolicy } from '@parley/contracts/sending-choices';
import type { Metrics } from '@parley/platform/runtime';
import type { Outcome, PostJson } from '@parley/providers/provider';
import type { AskProvider } from './ask-provider.ts';
import type { Route } from './choose-route.ts';
import type { Claimed } from './claim.ts';
import type { AttemptFacts } from './decide.ts';
import { traceCall } from './trace-call.ts';
import type { ToOutgoing } from './unsubscribe-link.ts';
import { honoursKeys, unknownPolicy } from './unknown-policy.ts';

/** A call that was made and what it came to. */
export interface Call {
  connection_id: ConnectionId;
  outcome: Outcome;
  /** How the outcome was learnt: by calling, by asking what came of earlier calls, or by nothing: nobody is there. */
  by: 'call' | 'lookup' | 'nothing';
  /** When the provider was asked before the call what came of earlier ones; left out where it was not. */
  asked_at?: string;
  started_at: string;
  finished_at: string;
  trust: Trust;
}

/** How far the connection that was called can be trusted. */
export interface Trust extends Pick<AttemptFacts, 'honours_idempotency_keys' | 'on_unknown_outcome'> {
  /** It said just before this call that it took none of the earlier ones. */
  took_none: boolean;
}

export interface CallerOptions {
  post: PostJson;
  ask: AskProvider;
  toOutgoing: ToOutgoing;
  /** How long after the claim a call may still begin, ms. */
  callWithinMs: number;
  metrics: Metrics;
}

/** Calls the provider for a claimed message: one call, one outcome; null = its connection is gone. Never rejects. */
export type CallProvider = (claimed: Claimed, route: Route | null) => Promise<Call>;

const GONE: Outcome = {
  kind: 'unavailable',
  reason: 'connection_gone',
  retry_after_ms: null,
  connection_wide: false,
};
const TOO_LATE: Outcome = { kind: 'unknown', reason: 'lookup_took_too_long' };

/**
 * Makes the function that calls providers. Where an earlier call may have sent the message and it is to be reconciled,
 * the provider is asked first, and called only if it took none.
 */
export function providerCaller({
  post,
  ask,
  toOutgoing,
  callWithinMs,
  metrics,
}: CallerOptions): CallProvider {
  const seconds = metrics.histogram('provider_call_seconds', 'Duration of provider calls', ['provider']);
  const outcomes = metrics.counter('provider_outcomes_total', 'What provider calls came to', [
    'connection',
    'outcome',
  ]);

  async function callRoute(claimed: Claimed, route: Route): Promise<Pick<Call, 'outcome' | 'started_at'>> {
    const started = Date.now();
    const { provider, url, connection } = route;
    const traced = traceCall(claimed, route, post);
    const outcome = await provider.send(toOutgoing(claimed), { url, token: connection.token }, traced.post);
    traced.end(outcome, started);
    seconds.observe({ provider: provider.name }, (Date.now() - started) / 1_000);
    outcomes.inc({ connection: claimed.provider, outcome: outcome.kind });
    return { outcome, started_at: new Date(started).toISOString() };
  }

  return async (claimed, route) => {
    const trust = trustIn(route, claimed.on_unknown_outcome);
    const started_at = new Date().toISOString();
    const end = (learnt: Partial<Call> & Pick<Call, 'outcome'>): Call => ({
      connection_id: claimed.provider,
      by: 'call',
      started_at,
      finished_at: new Date().toISOString(),
      trust,
      ...learnt,
    });
    if (route === null) {
      outcomes.inc({ connection: claimed.provider, outcome: GONE.kind });
      return end({ outcome: GONE, by: 'nothing' });
    }
    const answer = await ask(claimed, route, trust.on_unknown_outcome);
    if (answer.kind === 'said') return end({ outcome: answer.outcome, by: 'lookup' });
    if (answer.kind === 'not_asked') return end(await callRoute(claimed, route));
    if (Date.now() > claimed.asked_at + callWithinMs) return end({ outcome: TOO_LATE, by: 'lookup' });
    const called = await callRoute(claimed, route);
    return end({ ...called, asked_at: started_at, trust: { ...trust, took_none: true } });
  };
}

/** What may be expected of a connection, and what is done with a message of which it does not tell. */
export function trustIn(route: Route | null, chosen: UnknownPolicy | null): Trust {
  return {
    honours_idempotency_keys: route !== null && honoursKeys(route),
    on_unknown_outcome: unknownPolicy(chosen, route),
    took_none: false,
  };
}
