import { describe, expect, test } from '@jest/globals';
import { perGroup } from '../observe/usage.ts';
import type { BenchResult } from './result.ts';
import { table } from './table.ts';

const result: BenchResult = {
  accepted_per_s: 3_412.4,
  end_to_end_per_s: 3_398.1,
  accept_ms: { p50: 12.34, p95: 20.1, p99: 31 },
  delivered_ms: { p50: 40, p99: 95 },
  accepted: 85_310,
  effects: 85_310,
  projected: 85_310,
  lost: 0,
  duplicates: 0,
  sql_statements_per_message: 0.2134,
  cpu_s_per_1000: perGroup((group) => (group === 'nats' ? null : 0.1)),
  rss_mb: perGroup(() => 99.6),
  calibration: { http_echoes_per_s: 40_000, inserts_of_200_rows_per_s: 310, publishes_per_s: 25_000 },
  conditions: {
    started_at: '2026-01-15T10:00:00.000Z',
    seconds: 20,
    warm_up_s: 5,
    connections: 64,
    rate: null,
    receipts: 'off',
    idempotency_keys: false,
    profiled: false,
    fsync: true,
    os: 'Linux 6.1',
    cpu: 'Some CPU',
    cores: 2,
    memory_mb: 24_000,
    node: 'v24.0.0',
    file_system: 'ext4',
    load_average: 0.5,
    cpu_share_of_others: 0.125,
    drain_s: 0.3,
    refused: {},
    unknown: 0,
    unsent: 0,
    deaths: 0,
  },
};

describe('the table', () => {
  const text = table(result);

  test.each([
    'Single messages: 64 connections, closed loop, 20 s after 5 s of warm-up, receipts off',
    'accepted          3,412/s',
    'end to end        3,398/s',
    'accept            p50 12.34 ms   p95 20.1 ms   p99 31 ms',
    'until sent        p50 40 ms   p99 95 ms',
    'SQL statements    0.2134 a message',
    'answered 202      85,310',
    'lost, duplicates  0, 0',
    'gateway                      0.100         100',
    'nats                             -         100',
    'all                          0.700         797',
    '                  other programs used 13 % of the processors meanwhile',
    'this machine      40,000 bare HTTP echoes/s',
  ])('says: %s', (line) => {
    expect(text.split('\n')).toContain(line);
  });

  test('says nothing of what did not happen, and everything of what did', () => {
    expect(text).not.toContain('besides');
    const odd = { refused: { '503 unavailable': 1_200 }, unknown: 2, unsent: 3, deaths: 1 };
    const told = table({ ...result, conditions: { ...result.conditions, ...odd } });
    expect(told).toContain('1,200 × 503 unavailable, 2 of unknown outcome, 3 never sent, 1 processes died');
  });

  test('names an open loop, receipts and everything else that makes a run another one', () => {
    const other = { rate: 1_000, receipts: 'on', idempotency_keys: true, profiled: true } as const;
    const told = table({ ...result, end_to_end_per_s: null, conditions: { ...result.conditions, ...other } });
    expect(told).toContain('1000/s over 64 connections, open loop');
    expect(told).toContain('receipts on, with idempotency keys, PROFILED');
    expect(told).toContain('until delivered');
    expect(told).toContain('end to end        not all messages went all the way');
  });
});
