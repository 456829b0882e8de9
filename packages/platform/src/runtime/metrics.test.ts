import { expect, test } from '@jest/globals';
import { createMetrics } from './metrics.ts';

test('asking twice for a metric gives the same one', async () => {
  const metrics = createMetrics('gateway');
  metrics.counter('messages_total', 'Messages', ['type']).inc({ type: 'sms' });
  metrics.counter('messages_total', 'Messages', ['type']).inc({ type: 'sms' });
  const { body, contentType } = await metrics.expose();
  expect(contentType).toMatch(/^text\/plain/);
  expect(body).toContain('messages_total{type="sms",service="gateway"} 2');
});

test('two services in one process do not share metrics', async () => {
  const [one, other] = [createMetrics('one'), createMetrics('other')];
  one.gauge('lanes', 'Lanes').set(7);
  expect((await other.expose()).body).not.toContain('lanes');
});

test('a histogram counts seconds from a millisecond to ten unless told otherwise', async () => {
  const metrics = createMetrics('gateway');
  metrics.histogram('latency_seconds', 'Latency').observe(0.002);
  metrics.histogram('batch_size', 'Items', [], [1, 10]).observe(5);
  const { body } = await metrics.expose();
  expect(body).toContain('latency_seconds_bucket{le="0.0025",service="gateway"} 1');
  expect(body).toContain('batch_size_bucket{le="10",service="gateway"} 1');
});
