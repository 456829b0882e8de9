import type { UnknownPolicy } from '@parley/contracts/sending-choices';
import type { Metrics } from '@parley/platform/runtime';
import type { GetJson, Outcome } from '@parley/providers/provider';
import type { Route } from './choose-route.ts';
import type { Claimed } from './claim.ts';
import { OUTCOME_UNKNOWN } from './decide.ts';

/** What a provider says of earlier calls for a message. */
export type Answer =
  /** Nothing was asked: no call is in doubt, or its policy is another. */
  | { kind: 'not_asked' }
  /** It took none of them. */
  | { kind: 'took_none' }
  /** It took one, or does not say. */
  | { kind: 'said'; outcome: Outcome };

/** Asks the provider what it took, where that is in doubt and to be reconciled. Never rejects. */
export type AskProvider = (claimed: Claimed, route: Route, policy: UnknownPolicy) => Promise<Answer>;

/** Makes the function that asks providers by our reference. */
export function providerAsker({ get, metrics }: { get: GetJson; metrics: Metrics }): AskProvider {
  const findings = metrics.counter(
    'provider_lookups_total',
    'What providers said of calls without an answer',
    ['connection', 'finding'],
  );
  return async ({ waited_for, idempotency_key }, { connection, provider, url }, policy) => {
    if (waited_for !== OUTCOME_UNKNOWN || policy !== 'reconcile' || provider.find === undefined)
      return { kind: 'not_asked' };
    const finding = await provider.find(idempotency_key, { url, token: connection.token }, get);
    findings.inc({ connection: connection.id, finding: finding.kind });
    switch (finding.kind) {
      case 'found':
        return said({ kind: 'accepted', provider_message_id: finding.provider_message_id });
      case 'not_found':
        return { kind: 'took_none' };
      case 'unknown':
        return said({ kind: 'unknown', reason: `lookup_${finding.reason}` });
    }
  };
}

function said(outcome: Outcome): Answer {
  return { kind: 'said', outcome };
}
