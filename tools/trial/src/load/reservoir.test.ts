import { expect, test } from '@jest/globals';
import { Reservoir } from './reservoir.ts';

test('a short stream is kept whole', () => {
  const sample = new Reservoir<number, number>(10, (n) => n);
  for (let n = 0; n < 7; n += 1) sample.offer(n);
  expect(sample.kept).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

test('a long stream leaves as many as fit, each once, early and late ones alike', () => {
  const sample = new Reservoir<number, number>(1_000, (n) => n);
  for (let n = 0; n < 100_000; n += 1) sample.offer(n);
  expect(new Set(sample.kept).size).toBe(1_000);
  const late = sample.kept.filter((n) => n >= 50_000).length;
  // 500 expected; 12 standard deviations on either side.
  expect(Math.abs(late - 500)).toBeLessThan(190);
});
