import { formatTraceparent, isSampled, newSpanId, recordSpan, spanIdOf } from '@parley/platform/tracing';
import type { Outcome, PostJson } from '@parley/providers/provider';
import type { Route } from './choose-route.ts';
import type { Claimed } from './claim.ts';

/** A provider call in its message's trace. */
export interface TracedCall {
  /** Posts and tells the provider where the call stands in its message's trace. */
  post: PostJson;
  /** Records what it came to; `start` in epoch ms. */
  end(outcome: Outcome, start: number): void;
}

type Called = Pick<Claimed, 'id' | 'attempt_no' | 'type' | 'trace_id'>;

/** Begins the call for a message. A message without a trace is called for as it is. */
export function traceCall(
  { id, attempt_no, type, trace_id }: Called,
  route: Route,
  post: PostJson,
): TracedCall {
  if (trace_id === null) return { post, end: () => {} };
  const sampled = isSampled(trace_id);
  // A call that is not recorded names the message's own span: that much is known without making an id.
  const context = { trace_id, span_id: sampled ? newSpanId() : spanIdOf(id) };
  const traceparent = formatTraceparent(context, sampled);
  return {
    post: (url, headers, body) => post(url, { ...headers, traceparent }, body),
    end: (outcome, start) => {
      const failure = FAILURES.has(outcome.kind) ? outcome.kind : undefined;
      if (!sampled && failure === undefined) return;
      recordSpan({
        name: `call ${route.provider.name}`,
        kind: 'client',
        context: sampled ? context : { trace_id, span_id: newSpanId() },
        parent_id: spanIdOf(id),
        start,
        end: Date.now(),
        attributes: {
          'http.request.method': 'POST',
          'server.address': new URL(route.url).hostname,
          'parley.message_id': id,
          'parley.attempt_no': attempt_no,
          'parley.type': type,
          'parley.connection': route.connection.id,
          'parley.outcome': outcome.kind,
        },
        failure,
      });
    },
  };
}

/** A 429 is none: it is how a provider says to wait. */
const FAILURES: ReadonlySet<Outcome['kind']> = new Set(['refused', 'unavailable', 'unknown']);
