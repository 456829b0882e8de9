import { describe, expect, test } from '@jest/globals';
import type { Lateness } from '../lateness.ts';
import { judgeFairness, judgeLimit } from './judge.ts';

/** One call every so many ms, for ten seconds. */
const every = (ms: number): number[] => Array.from({ length: 10_000 / ms }, (_, index) => index * ms);
const lane = { seconds: 10, limit: 100, updates: [['message', 2_000]] } as const;

describe('a limited lane', () => {
  test('that is kept and used is as it should be', () => {
    const { lines, findings } = judgeLimit({ ...lane, instants: every(10) });
    expect(findings).toEqual([]);
    expect(lines).toContainEqual(['busiest second', '100 calls']);
    expect(lines).toContainEqual(['updates a message', 'message 2.00']);
  });

  test.each<[string, Partial<Parameters<typeof judgeLimit>[0]>, string]>([
    [
      'too much at once',
      { instants: [...every(10), ...every(100)].toSorted((a, b) => a - b) },
      'more than 105',
    ],
    ['too little', { instants: every(20) }, 'less than 95'],
    ['nothing', { instants: [] }, 'less than 95'],
    ['what waits is written again', { updates: [['waiting', 50_000]] }, 'rows of waiting'],
  ])('is not when there is %s', (_what, change, finding) => {
    const { findings } = judgeLimit({ ...lane, instants: every(10), ...change });
    expect(findings).toContainEqual({ what: expect.stringContaining(finding), ids: [] });
  });
});

describe('beside a campaign', () => {
  const p99 = (ms: number | null): Lateness => ({ early: [], p50: ms, p99: ms, worst: ms, seen: 100 });

  test.each<[number, number | null, number | null, number]>([
    [20, 40, 900, 0],
    [20, 41, 900, 1],
    [20, 40, 1_001, 1],
    [20, null, null, 2],
  ])('alone %p ms, beside it %p ms, one-time codes %p ms: %p findings', (alone, beside, codes, count) => {
    const delays = { alone: p99(alone), beside: p99(beside), codes: p99(codes) };
    expect(judgeFairness(delays).findings).toHaveLength(count);
  });
});
