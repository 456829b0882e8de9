import { formatTraceparent, type SpanContext } from './context.ts';

/** What a span is in its trace, in OpenTelemetry's terms. */
export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer';

/** Something that took time, told when it is over. */
export interface Span {
  /** From a closed set: no ids. */
  name: string;
  kind: SpanKind;
  context: SpanContext;
  /** The span that it is part of; absent = its trace's first, or nobody knows. */
  parent_id?: string | undefined;
  /** What caused it from afar: earlier, in another process, perhaps together with others. */
  links?: readonly SpanContext[];
  /** Epoch ms. */
  start: number;
  end: number;
  /** Ids may be among them, addresses and texts never. */
  attributes?: Readonly<Record<string, string | number | boolean>>;
  /** Why it failed, from a closed set; absent = it did not. */
  failure?: string | undefined;
}

/** Takes spans that are over; never throws. */
export type SpanSink = (span: Span) => void;

/** Spans of traces that are not sampled are told only when they failed, so many a second at most. */
const MAX_FAILURES_PER_SECOND = 50;
const SAMPLED_DIGITS = 8;
/** Of the traces that callers name, this many times the part that is recorded of all may be, and so many besides. */
const CHANCE = 2;
const BESIDES = 50;

// One for the process, as OpenTelemetry's own API has it: what emits spans is everywhere, and mostly there is nothing to do.
const state: {
  sink: SpanSink | null;
  ratio: number;
  threshold: number;
  /** Recorded traces that callers may still name. */
  named: number;
  second: number;
  failures: number;
} = { sink: null, ratio: 0, threshold: 0, named: BESIDES, second: 0, failures: 0 };

/** Tells spans to a sink from now on: all of this part of the traces, and failures. Null turns tracing off. */
export function tellSpansTo(sink: SpanSink | null, ratio = 0): void {
  state.sink = sink;
  state.ratio = ratio;
  state.threshold = ratio * 16 ** SAMPLED_DIGITS;
  state.named = BESIDES;
}

/**
 * Whether spans of this trace are recorded. Every service decides the same by the trace id alone, so nothing has to be
 * handed on for it, and the flag of a caller's `traceparent` counts for nothing.
 */
export function isSampled(trace_id: string | null | undefined): trace_id is string {
  if (state.sink === null || trace_id === null || trace_id === undefined) return false;
  return Number.parseInt(trace_id.slice(-SAMPLED_DIGITS), 16) < state.threshold;
}

/**
 * Whether a trace that a caller names is gone on with; false = begin one of our own. A caller could make up ids that are
 * recorded, so no more of those are taken than twice as many as chance would have among the ids named so far, and 50.
 */
export function mayBeNamed(trace_id: string): boolean {
  if (state.sink === null) return true;
  state.named = Math.min(BESIDES, state.named + CHANCE * state.ratio);
  if (!isSampled(trace_id)) return true;
  if (state.named < 1) return false;
  state.named -= 1;
  return true;
}

/** The `traceparent` of a span if its trace is sampled, to be handed on to what it causes. */
export function tracedContext(
  trace_id: string | null | undefined,
  span_id: (trace_id: string) => string,
): string | undefined {
  return isSampled(trace_id) ? formatTraceparent({ trace_id, span_id: span_id(trace_id) }, true) : undefined;
}

/** Records a span if its trace is sampled, or if it failed and not too many others did. */
export function recordSpan(span: Span): void {
  if (isSampled(span.context.trace_id) || (span.failure !== undefined && mayTellFailure()))
    state.sink?.(span);
}

function mayTellFailure(): boolean {
  if (state.sink === null) return false;
  const second = Math.floor(performance.now() / 1_000);
  if (second !== state.second) {
    state.second = second;
    state.failures = 0;
  }
  state.failures += 1;
  return state.failures <= MAX_FAILURES_PER_SECOND;
}
