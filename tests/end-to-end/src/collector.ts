import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { z } from 'zod';

const attribute = z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) });
const link = z.object({ traceId: z.string(), spanId: z.string() });
const span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.int(),
  attributes: z.array(attribute).default([]),
  links: z.array(link).default([]),
  status: z.object({ code: z.int().optional(), message: z.string().optional() }).default({}),
});
const body = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(attribute) }),
      scopeSpans: z.array(z.object({ spans: z.array(span) })),
    }),
  ),
});

/** A span as it was collected, and the service that told it. */
export type CollectedSpan = z.infer<typeof span> & { service: string };

/** A collector of traces, as Jaeger is one: OTLP over HTTP, kept in memory. */
export interface Collector {
  /** What services are told: OTEL_EXPORTER_OTLP_ENDPOINT. */
  endpoint: string;
  /** Everything that has come so far. */
  spans(): readonly CollectedSpan[];
  /** The bytes of it, as they came. */
  raw(): string;
  close(): Promise<void>;
}

/** Starts a collector on a free port. */
export async function startCollector(): Promise<Collector> {
  const spans: CollectedSpan[] = [];
  let raw = '';
  const server = createServer((request, response) => {
    void json(request).then((payload) => {
      raw += JSON.stringify(payload);
      for (const { resource, scopeSpans } of body.parse(payload).resourceSpans) {
        const named = resource.attributes.find(({ key }) => key === 'service.name');
        const service = String(named?.value['stringValue']);
        spans.push(...scopeSpans.flatMap((scope) => scope.spans.map((one) => ({ ...one, service }))));
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    spans: () => spans,
    raw: () => raw,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
