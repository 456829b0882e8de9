import { expect, test } from '@jest/globals';
import { createMetrics } from '@parley/platform/runtime';
import { counterTotal } from './statements.ts';

test('all series of a counter are added, and no other counter is taken for it', () => {
  const page = [
    '# HELP db_statements_total SQL statements',
    '# TYPE db_statements_total counter',
    'db_statements_total{service="gateway"} 12',
    'db_statements_total{service="gateway",kind="a } b"} 3.5e2',
    'db_statements_total 1',
    'db_statements_total_of_others 1000',
  ].join('\n');
  expect(counterTotal(page, 'db_statements_total')).toBe(363);
  expect(counterTotal(page, 'nothing_total')).toBe(0);
});

test('what a service really exposes is understood', async () => {
  const metrics = createMetrics('dispatcher');
  metrics.counter('db_statements_total', 'SQL statements').inc(77);
  expect(counterTotal((await metrics.expose()).body, 'db_statements_total')).toBe(77);
});
