import { randomUUID } from 'node:crypto';

/** A span's place: its trace and its own id, lower-case hex. */
export interface SpanContext {
  trace_id: string;
  span_id: string;
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}/;
const SPAN_ID_LENGTH = 16;

/** What a `traceparent` (W3C Trace Context) names; null where it is missing or not valid. */
export function parseTraceparent(traceparent: unknown): SpanContext | null {
  const match = typeof traceparent === 'string' ? TRACEPARENT.exec(traceparent) : null;
  const [, version, trace_id, span_id] = match ?? [];
  if (trace_id === undefined || span_id === undefined || version === 'ff') return null;
  return /^0+$/.test(trace_id) || /^0+$/.test(span_id) ? null : { trace_id, span_id };
}

/** The `traceparent` that hands a span on; `sampled` says whether it is recorded. */
export function formatTraceparent({ trace_id, span_id }: SpanContext, sampled: boolean): string {
  return `00-${trace_id}-${span_id}-${sampled ? '01' : '00'}`;
}

/** A new trace id. A random UUID costs a tenth of asking for 16 random bytes, and all but six of its bits are random. */
export function newTraceId(): string {
  return randomUUID().replaceAll('-', '');
}

/** A new span id; never all zeros, because of the variant of the UUID that it is taken from. */
export function newSpanId(): string {
  return spanIdOf(randomUUID());
}

/**
 * The id of the span that stands for the beginning of something with a UUID: the random end of it. Whoever knows the
 * thing knows where its trace began, without being told.
 */
export function spanIdOf(uuid: string): string {
  return uuid.replaceAll('-', '').slice(-SPAN_ID_LENGTH);
}
