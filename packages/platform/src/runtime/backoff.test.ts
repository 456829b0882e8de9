import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { delay, fullJitter } from './backoff.ts';

describe('full jitter', () => {
  const bounds = fc.record({
    attempt: fc.nat(2_000),
    baseMs: fc.integer({ min: 1, max: 10_000 }),
    capMs: fc.integer({ min: 1, max: 600_000 }),
  });

  test('a delay is a whole number between nothing and the doubled base, never beyond the cap', () => {
    fc.assert(
      fc.property(
        bounds,
        fc.double({ min: 0, max: 0.999999, noNaN: true }),
        ({ attempt, ...rest }, chance) => {
          const ms = fullJitter(attempt, { ...rest, random: () => chance });
          expect(Number.isInteger(ms)).toBe(true);
          expect(ms).toBeGreaterThanOrEqual(0);
          expect(ms).toBeLessThanOrEqual(Math.min(rest.capMs, rest.baseMs * 2 ** attempt));
        },
      ),
    );
  });

  test('a later attempt never waits less by the same chance', () => {
    fc.assert(
      fc.property(bounds, ({ attempt, ...rest }) => {
        const options = { ...rest, random: () => 0.5 };
        expect(fullJitter(attempt + 1, options)).toBeGreaterThanOrEqual(fullJitter(attempt, options));
      }),
    );
  });

  test('the whole range is used', () => {
    const options = { baseMs: 100, capMs: 1_000 };
    expect(fullJitter(2, { ...options, random: () => 0 })).toBe(0);
    expect(fullJitter(2, { ...options, random: () => 0.999 })).toBe(399);
  });
});

describe('delay', () => {
  test('an aborted delay is over at once', async () => {
    const abort = new AbortController();
    const waiting = delay(1_000_000, abort.signal);
    abort.abort();
    await expect(waiting).resolves.toBeUndefined();
    await expect(delay(1_000_000, abort.signal)).resolves.toBeUndefined();
  });
});
