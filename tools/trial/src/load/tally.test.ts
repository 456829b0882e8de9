import { describe, expect, test } from '@jest/globals';
import { Tally } from './tally.ts';

const answer = (status: number, body: object) => ({
  status,
  body: Buffer.from(JSON.stringify(body)),
  keepsAlive: true,
});

describe('a tally', () => {
  test('counts everything, and measures only what belongs to the window', () => {
    const tally = new Tally();
    const accept = (id: string, intended: number, now: number) =>
      tally.answered(answer(202, { id }), { intended, now });
    accept('warm-up', 0, 10);
    tally.open({ from: 100, until: 200 });
    accept('begun before', 95, 105);
    accept('within', 110, 130);
    accept('answered after', 199, 259);
    const report = tally.report();
    expect(report.accepted).toBe(4);
    expect(report.accepted_in_window).toBe(2);
    expect(report.sample.toSorted()).toEqual(['answered after', 'within']);
    expect(report.accept_ms.p50).toBeCloseTo(20, 0);
    expect(report.accept_ms.p99).toBeCloseTo(60, 0);
  });

  test('measures latency from the intended start', () => {
    const tally = new Tally();
    tally.open({ from: 0, until: 1_000 });
    for (let n = 0; n < 100; n += 1)
      tally.answered(answer(202, { id: String(n) }), { intended: 100, now: 100 + 10 * (n + 1) });
    const { p50, p95, p99 } = tally.report().accept_ms;
    for (const [measured, expected] of [
      [p50, 500],
      [p95, 950],
      [p99, 990],
    ] as const)
      expect(Math.abs(measured - expected)).toBeLessThanOrEqual(expected / 1_000);
  });

  test('tells refusals apart, and knows which of them may have been accepted', () => {
    const tally = new Tally();
    const at = { intended: 0, now: 1 };
    expect(tally.answered(answer(202, { id: 'a' }), at)).toBe('accepted');
    expect(tally.answered(answer(503, { code: 'unavailable' }), at)).toBe('not_now');
    expect(tally.answered(answer(503, { code: 'outcome_unknown' }), at)).toBe('unknown');
    tally.answered(answer(503, { code: 'unavailable' }), at);
    expect(tally.answered(answer(422, {}), at)).toBe('refused');
    tally.unanswered();
    expect(tally.refused).toBe(4);
    expect(tally.report()).toMatchObject({
      accepted: 1,
      refused: { '503 unavailable': 2, '503 outcome_unknown': 1, '422': 1 },
      unknown: 1,
    });
  });

  test('remembers every id where that is wanted, within the window or not', () => {
    const tally = new Tally({ allIds: true });
    for (const id of ['a', 'b', 'c']) tally.answered(answer(202, { id }), { intended: 0, now: 1 });
    tally.answered(answer(503, {}), { intended: 0, now: 1 });
    expect(tally.report().ids).toEqual(['a', 'b', 'c']);
  });

  test('nothing measured is zero, not a crash', () => {
    expect(new Tally().report()).toMatchObject({
      accepted: 0,
      accept_ms: { p50: 0, p95: 0, p99: 0 },
      sample: [],
    });
  });
});
