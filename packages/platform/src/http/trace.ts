import type { IncomingHttpHeaders } from 'node:http';
import { formatTraceparent, newSpanId, newTraceId, parseTraceparent } from '../tracing/context.ts';
import { isSampled, mayBeNamed, recordSpan } from '../tracing/tracing.ts';
import type { Traced } from './route.ts';

/** A request's place in a trace, from its beginning on. */
export interface RequestTrace extends Traced {
  /** The caller's span; undefined when it named none. */
  parent_id: string | undefined;
  /** Epoch ms. */
  start: number;
}

/** Where a request stands: in the trace that its `traceparent` names, where that may be, or else in one of its own. */
export function traceOf({ traceparent }: IncomingHttpHeaders): RequestTrace {
  const named = parseTraceparent(traceparent);
  const parent = named !== null && mayBeNamed(named.trace_id) ? named : null;
  const trace_id = parent?.trace_id ?? newTraceId();
  const place = { trace_id, parent_id: parent?.span_id, start: Date.now() };
  if (!isSampled(trace_id)) return place;
  return { ...place, traceparent: formatTraceparent({ trace_id, span_id: newSpanId() }, true) };
}

/** What became of a request. */
export interface Answered {
  method: string;
  /** The pattern of its route. */
  route: string;
  status: number;
}

const FIRST_FAILURE = 500;

/** Records the span of a request that was answered. */
export function recordRequest(trace: RequestTrace, { method, route, status }: Answered): void {
  const failure = status >= FIRST_FAILURE ? String(status) : undefined;
  if (trace.traceparent === undefined && failure === undefined) return;
  const { trace_id, parent_id, start } = trace;
  recordSpan({
    name: `${method} ${route}`,
    kind: 'server',
    context: parseTraceparent(trace.traceparent) ?? { trace_id, span_id: newSpanId() },
    parent_id,
    start,
    end: Date.now(),
    attributes: { 'http.request.method': method, 'http.route': route, 'http.response.status_code': status },
    failure,
  });
}
