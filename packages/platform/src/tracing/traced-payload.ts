import { newSpanId, parseTraceparent, type SpanContext } from './context.ts';
import { recordSpan } from './tracing.ts';

/** Where it stands in a bus message whose cause is traced: right after the version, so that finding out costs nothing. */
const MARK = '"traces":';
const PLACE = 7;

/** What is put into a bus message of the spans that caused it: nothing, where none of them is traced. */
export function tracesJson(traceparents: readonly (string | undefined)[]): string {
  const traces = traceparents.filter((one) => one !== undefined);
  return traces.length === 0 ? '' : `${MARK}${JSON.stringify(traces)},`;
}

/** The spans that caused a bus message, as far as they are traced. */
export function causesOf(payload: string): SpanContext[] {
  if (!payload.startsWith(MARK, PLACE)) return [];
  const from = PLACE + MARK.length;
  const traces: unknown = JSON.parse(payload.slice(from, payload.indexOf(']', from) + 1));
  if (!Array.isArray(traces)) return [];
  return traces.map(parseTraceparent).filter((context) => context !== null);
}

export interface BusSpan {
  name: string;
  kind: 'producer' | 'consumer';
  start: number;
  failure?: string | undefined;
}

/** Records what was done with a bus message: a span in each of the traces that caused it, linked to the cause. */
export function recordBusSpans(payload: string, { name, kind, start, failure }: BusSpan): void {
  const end = Date.now();
  for (const cause of causesOf(payload))
    recordSpan({
      name,
      kind,
      context: { trace_id: cause.trace_id, span_id: newSpanId() },
      parent_id: cause.span_id,
      // What takes it does so later and with others: it is a part of that trace, and linked to what it came from.
      ...(kind === 'consumer' && { links: [cause] }),
      start,
      end,
      failure,
    });
}
