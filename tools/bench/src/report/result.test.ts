import { describe, expect, test } from '@jest/globals';
import { perGroup } from '../observe/usage.ts';
import { compare, figures } from './result.ts';
import type { Measurements } from './result.ts';

const counts = { calls: 1_250, effects: 1_250, projected: 1_250, byStatus: { sent: 1_250 } };

const measured: Measurements = {
  seconds: 10,
  load: {
    accepted: 1_250,
    accepted_in_window: 1_000,
    refused: {},
    unknown: 0,
    unsent: 0,
    window_opened_at: 50_000,
    accept_ms: { p50: 1.2345, p95: 2, p99: 3 },
    sample: [],
    ids: [],
  },
  counts,
  drained: { complete: true, at: 62_500 },
  deliveryTimes: [30, 10, 20, 40],
  sqlStatements: 250,
  cpuSeconds: perGroup((group) => (group === 'nats' ? null : 0.5)),
  residentMegabytes: perGroup(() => 101.26),
};

describe('the figures', () => {
  const found = figures(measured);

  test('accepted a second are those of the window over its length', () => {
    expect(found.accepted_per_s).toBe(100);
  });

  test('end to end a second are the same messages over the time until all had gone all the way', () => {
    expect(found.end_to_end_per_s).toBe(80);
    expect(figures({ ...measured, drained: { complete: false, at: 62_500 } }).end_to_end_per_s).toBeNull();
  });

  test('costs are shared among all messages, those of the warm-up included', () => {
    expect(found.sql_statements_per_message).toBe(0.2);
    expect(found.cpu_s_per_1000).toMatchObject({ gateway: 0.4, nats: null, bench: 0.4 });
    expect(found.rss_mb.postgres).toBe(101.3);
  });

  test('latencies are rounded to what they are good for', () => {
    expect(found.accept_ms).toEqual({ p50: 1.23, p95: 2, p99: 3 });
    expect(found.delivered_ms).toEqual({ p50: 20, p99: 40 });
  });

  test('nothing accepted costs nothing that could be told', () => {
    const nothing = figures({ ...measured, load: { ...measured.load, accepted: 0 }, deliveryTimes: [] });
    expect(nothing.sql_statements_per_message).toBeNull();
    expect(nothing.cpu_s_per_1000.gateway).toBeNull();
    expect(nothing.delivered_ms).toEqual({ p50: null, p99: null });
  });
});

describe('comparing the counts', () => {
  const load = { accepted: 1_250, unknown: 0 };

  test.each([
    ['all the same', {}, { lost: 0, duplicates: 0 }],
    ['the provider lacks three', { calls: 1_247, effects: 1_247 }, { lost: 3, duplicates: 0 }],
    ['the projection lacks two', { projected: 1_248 }, { lost: 2, duplicates: 0 }],
    ['both lack some', { calls: 1_247, effects: 1_247, projected: 1_248 }, { lost: 3, duplicates: 0 }],
    ['a call was repeated', { calls: 1_251 }, { lost: 0, duplicates: 1 }],
    ['a message was sent under two keys', { calls: 1_251, effects: 1_251 }, { lost: 0, duplicates: 1 }],
    ['a message is counted twice', { projected: 1_251 }, { lost: 0, duplicates: 1 }],
  ])('%s', (_what, seen, expected) => {
    expect(compare(load, { ...counts, ...seen })).toMatchObject(expected);
  });

  test('what was sent although nobody was told is no duplicate, what nobody asked for is', () => {
    expect(compare({ accepted: 1_249, unknown: 1 }, counts)).toMatchObject({ lost: 0, duplicates: 0 });
    expect(compare({ accepted: 1_248, unknown: 1 }, counts)).toMatchObject({ lost: 0, duplicates: 2 });
  });
});
