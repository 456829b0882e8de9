import { SpanKind as OtelKind, SpanStatusCode, TraceFlags, type HrTime, type Link } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace';
import type { SpanContext } from './context.ts';
import type { Span, SpanKind, SpanSink } from './tracing.ts';

/** Sends spans to a collector. */
export interface Exporter {
  tell: SpanSink;
  /** Sends what is left; resolves also when that fails. */
  close(): Promise<void>;
}

const MAX_QUEUED = 2_048;
const BATCH = 512;
const DELAY_MS = 1_000;
const TIMEOUT_MS = 5_000;
const KINDS: Record<SpanKind, OtelKind> = {
  internal: OtelKind.INTERNAL,
  server: OtelKind.SERVER,
  client: OtelKind.CLIENT,
  producer: OtelKind.PRODUCER,
  consumer: OtelKind.CONSUMER,
};

/**
 * Makes an exporter to the OTLP/HTTP endpoint of a collector, `http://host:4318`. Spans go out once a second in
 * batches; while the collector is away, or when more come than it takes, they are dropped.
 */
export function createExporter({ endpoint, service }: { endpoint: string; service: string }): Exporter {
  const processor = new BatchSpanProcessor({
    exporter: new OTLPTraceExporter({
      url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
      timeoutMillis: TIMEOUT_MS,
    }),
    maxQueueSize: MAX_QUEUED,
    maxExportBatchSize: BATCH,
    scheduledDelayMillis: DELAY_MS,
    exportTimeoutMillis: TIMEOUT_MS,
  });
  const resource = resourceFromAttributes({ 'service.name': service, 'service.namespace': 'parley' });
  const origin = { resource, instrumentationScope: { name: 'parley' } };
  return {
    tell: (span) => processor.onEnd({ ...readable(span), ...origin }),
    close: () => processor.shutdown().catch(() => {}),
  };
}

/** The span as the SDK would have made it, had it watched from the beginning. */
function readable(span: Span): Omit<ReadableSpan, 'resource' | 'instrumentationScope'> {
  const { name, kind, context, parent_id, links = [], start, end, attributes = {}, failure } = span;
  const own = contextOf(context);
  return {
    name,
    kind: KINDS[kind],
    spanContext: () => own,
    ...(parent_id !== undefined && {
      parentSpanContext: contextOf({ trace_id: context.trace_id, span_id: parent_id }),
    }),
    startTime: timeOf(start),
    endTime: timeOf(end),
    duration: timeOf(Math.max(0, end - start)),
    status:
      failure === undefined
        ? { code: SpanStatusCode.UNSET }
        : { code: SpanStatusCode.ERROR, message: failure },
    attributes: { ...attributes },
    links: links.map((link): Link => ({ context: contextOf(link) })),
    events: [],
    ended: true,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  };
}

function contextOf({ trace_id, span_id }: SpanContext) {
  return { traceId: trace_id, spanId: span_id, traceFlags: TraceFlags.SAMPLED };
}

function timeOf(ms: number): HrTime {
  const seconds = Math.trunc(ms / 1_000);
  return [seconds, Math.round((ms - seconds * 1_000) * 1e6)];
}
