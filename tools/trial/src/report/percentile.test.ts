import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { percentile } from './percentile.ts';

test.each([
  [[], 50, null],
  [[7], 99, 7],
  [[4, 1, 3, 2], 50, 2],
  [[4, 1, 3, 2], 51, 3],
  [[5, 1, 2, 3, 4], 100, 5],
  [[5, 1, 2, 3, 4], 0, 1],
])('of %j the percentile %d is %p', (values, percent, expected) => {
  expect(percentile(values, percent)).toBe(expected);
});

test('at least that share does not exceed it, and with any lesser value it would be a smaller share', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer(), { minLength: 1 }),
      fc.integer({ min: 1, max: 100 }),
      (values, percent) => {
        const found = percentile(values, percent) ?? Number.NaN;
        const share = (limit: (value: number) => boolean): number =>
          (100 * values.filter(limit).length) / values.length;
        expect(share((value) => value <= found)).toBeGreaterThanOrEqual(percent);
        expect(share((value) => value < found)).toBeLessThan(percent);
      },
    ),
  );
});
