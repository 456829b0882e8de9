export { formatTraceparent, newSpanId, spanIdOf, type SpanContext } from './context.ts';
export { isSampled, recordSpan, tellSpansTo, tracedContext, type Span, type SpanKind } from './tracing.ts';
export { parseTraceparent } from './context.ts';
