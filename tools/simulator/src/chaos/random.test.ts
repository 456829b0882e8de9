import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fractionAt, placeOf } from './random.ts';

const SAMPLE = 20_000;
const sample = (seed: number, stream: number) =>
  Array.from({ length: SAMPLE }, (_, index) => fractionAt(seed, stream, index));

test('the same place of the same stream holds the same fraction', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.nat(), fc.nat(), (seed, stream, index) => {
      const fraction = fractionAt(seed, stream, index);
      expect(fractionAt(seed, stream, index)).toBe(fraction);
      expect(fraction).toBeGreaterThanOrEqual(0);
      expect(fraction).toBeLessThan(1);
    }),
  );
});

test.each([0, 1, 42, -7, 2 ** 31])('the fractions of seed %i are spread evenly', (seed) => {
  const tenths = Array.from({ length: 10 }, () => 0);
  for (const fraction of sample(seed, 1))
    tenths[Math.floor(fraction * 10)] = (tenths[Math.floor(fraction * 10)] ?? 0) + 1;
  // Five standard deviations of a fair draw.
  for (const count of tenths)
    expect(Math.abs(count - SAMPLE / 10)).toBeLessThan(5 * Math.sqrt(SAMPLE * 0.09));
});

test.each([
  ['neighbouring streams', sample(1, 1), sample(1, 2)],
  ['neighbouring seeds', sample(1, 1), sample(2, 1)],
  ['neighbouring places', sample(1, 1).slice(1), sample(1, 1).slice(0, -1)],
])('%s tell nothing of each other', (_, one, other) => {
  const covariance = one.reduce((sum, x, at) => sum + (x - 0.5) * ((other[at] ?? 0) - 0.5), 0) / one.length;
  expect(Math.abs(covariance * 12)).toBeLessThan(5 / Math.sqrt(SAMPLE));
});

test('places of things with names alike lie apart, and so do those of one name', () => {
  const names = Array.from(
    { length: 5_000 },
    (_, number) => `sms +1415555${String(number).padStart(4, '0')}`,
  );
  const places = names.flatMap((name) => [0, 1, 2].map((nth) => placeOf(name, nth)));
  expect(places.length - new Set(places).size).toBeLessThan(5);
  const fractions = places.map((place) => fractionAt(1, 1, place));
  const mean = fractions.reduce((sum, fraction) => sum + fraction, 0) / fractions.length;
  expect(mean).toBeCloseTo(0.5, 1);
});
