import { afterAll, expect, test } from '@jest/globals';
import { until } from '@parley/testkit';
import { startCollector, type CollectedSpan } from './collector.ts';
import { messageIn } from './parley-client.ts';
import { ownParley, untilStatus } from './running-parley.ts';

const collector = await startCollector();
afterAll(() => collector.close());

const parley = ownParley({
  env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_TRACES_SAMPLER_ARG: '1' },
});

const CALLER = 'b7ad6b7169203331';

/** The spans of a trace, once there are so many. */
async function traceOf(traceId: string, count: number): Promise<CollectedSpan[]> {
  const found = (): CollectedSpan[] => collector.spans().filter((span) => span.traceId === traceId);
  await until(() => found().length >= count, {
    what: `trace ${traceId} has ${count} spans`,
  });
  return found();
}

/** `service: name`, below what it is part of, in order of names. */
function tree(spans: readonly CollectedSpan[], parent: string, depth = 0): string[] {
  return spans
    .filter(({ parentSpanId }) => parentSpanId === parent)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((span) => [
      `${'  '.repeat(depth)}${span.service}: ${span.name}`,
      ...tree(spans, span.spanId, depth + 1),
    ]);
}

test('one trace tells of a message from its request to its receipt, across all services', async () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const answer = await parley.client().call('/v1/messages', {
    headers: { traceparent: `00-${traceId}-${CALLER}-00` },
    // What is held when nobody knows is not called for by who accepts it: it takes the way over the bus.
    body: { from: 'MyCorp', to: '+15550100101', body: 'traced', on_unknown_outcome: 'hold' },
  });
  const { id, trace_id } = messageIn(answer);
  expect(trace_id).toBe(traceId);
  await untilStatus(parley.client(), id, 'delivered');

  const spans = await traceOf(traceId, 20);
  const [root] = spans.filter(({ parentSpanId }) => parentSpanId === CALLER);
  expect(root).toMatchObject({ service: 'gateway', name: 'POST /v1/messages' });
  expect(tree(spans, CALLER)).toEqual([
    'gateway: POST /v1/messages',
    '  gateway: ask dispatcher.accept-messages',
    '    dispatcher: answer dispatcher.accept-messages',
    '      dispatcher: message accepted',
    '        dispatcher: call sms-gateway',
    '          gateway: POST /webhooks/:connection',
    '            gateway: ask ingest.receive-webhooks',
    '              ingest: answer ingest.receive-webhooks',
    '                dispatcher: process dispatcher--react',
    '                ingest: publish event.receipt.v1',
    '        dispatcher: message delivered',
    '          reporting: process reporting--project',
    '          dispatcher: publish event.message.v1',
    '        dispatcher: message sent',
    '          reporting: process reporting--project',
    '          dispatcher: publish event.message.v1',
    '        dispatcher: process dispatcher--send-normal',
    '        reporting: process reporting--project',
    '        dispatcher: publish event.message.v1',
    '        dispatcher: publish work.send.normal.sms',
  ]);
  for (const span of spans.filter(({ name }) => name.startsWith('process ')))
    expect(span.links).toEqual([{ traceId, spanId: span.parentSpanId }]);
});

test('an inbound message is one trace from its webhook to its projection', async () => {
  const body = JSON.stringify({
    message_id: 'traced-1',
    from: '+15550100102',
    to: '+15550100103',
    text: 'hello',
    ts: '2026-11-01T14:00:00Z',
  });
  await parley.client().webhook('inbox', body);
  const webhook = await until(
    () => collector.spans().find(({ name, parentSpanId }) => name.includes('/webhooks/') && !parentSpanId),
    { what: 'the webhook is told' },
  );
  const spans = await traceOf(webhook.traceId, 5);
  expect(tree(spans, webhook.spanId)).toEqual([
    'gateway: ask ingest.receive-webhooks',
    '  ingest: answer ingest.receive-webhooks',
    '    reporting: process reporting--project',
    '    ingest: publish event.message.v1',
  ]);
});

test('no span names a number or says what a message says', () => {
  expect(collector.raw()).not.toMatch(/15550100|traced"|hello/);
});
