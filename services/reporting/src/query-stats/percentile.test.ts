import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { percentile } from './percentile.ts';

/** As `latency_bucket` does it. */
const bucketOf = (ms: number) => (ms < 1 ? 0 : 1 + Math.floor(Math.log(ms) / Math.log(1.08)));

function latenciesOf(times: readonly number[]) {
  const counts = new Map<number, number>();
  for (const ms of times) counts.set(bucketOf(ms), (counts.get(bucketOf(ms)) ?? 0) + 1);
  return [...counts].map(([bucket, count]) => ({ bucket, count })).toSorted((a, b) => a.bucket - b.bucket);
}

test('a percentile is told within 5 % of what it is', () => {
  const times = fc.array(fc.integer({ min: 0, max: 30 * 24 * 3_600_000 }), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(times, fc.constantFrom(0.5, 0.95), (unsorted, share) => {
      const exact = unsorted.toSorted((a, b) => a - b)[Math.ceil(unsorted.length * share) - 1] ?? 0;
      const told = percentile(latenciesOf(unsorted), share) ?? Number.NaN;
      expect(Math.abs(told - exact)).toBeLessThanOrEqual(exact * 0.05);
    }),
    { numRuns: 1_000 },
  );
});

test('of nothing there is none', () => {
  expect(percentile([], 0.5)).toBeNull();
});
