import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createDatabaseClock } from './database-clock.ts';

const AHEAD = 1_700_000_000_000;

describe("the database's clock", () => {
  test('is known as exactly as the quickest reading tells', () => {
    const clock = createDatabaseClock();
    clock.read({ asked: 0, answered: 100, database: AHEAD + 50 });
    expect([clock.surelyAt(AHEAD + 1_000), clock.surelyBefore(AHEAD + 1_000)]).toEqual([1_050, 950]);
    clock.read({ asked: 100, answered: 102, database: AHEAD + 101 });
    expect(clock.surelyAt(AHEAD + 1_000)).toBeCloseTo(1_001, 1);
    expect(clock.surelyBefore(AHEAD + 1_000)).toBeCloseTo(999, 1);
    clock.read({ asked: 200, answered: 500, database: AHEAD + 350 });
    expect(clock.surelyAt(AHEAD + 1_000)).toBeCloseTo(1_001, 0);
  });

  test('is believed when it was set', () => {
    const clock = createDatabaseClock();
    clock.read({ asked: 0, answered: 2, database: AHEAD });
    clock.read({ asked: 10, answered: 12, database: AHEAD - 60_000 });
    expect(clock.surelyAt(AHEAD - 60_000)).toBe(12);
  });

  test('without a reading is not known at all', () => {
    expect(createDatabaseClock().surelyAt(AHEAD)).toBe(Infinity);
  });

  test('is never thought to show an instant before it does, or not to when it does', () => {
    const reading = fc.record({ wait: fc.nat(1_000), there: fc.nat(50), back: fc.nat(50) });
    fc.assert(
      fc.property(fc.array(reading, { minLength: 1 }), fc.nat(100_000), (readings, instant) => {
        const clock = createDatabaseClock();
        let now = 0;
        for (const { wait, there, back } of readings) {
          const asked = now + wait;
          now = asked + there + back;
          clock.read({ asked, answered: now, database: AHEAD + asked + there });
        }
        expect(clock.surelyAt(AHEAD + instant)).toBeGreaterThanOrEqual(instant - 0.001);
        expect(clock.surelyBefore(AHEAD + instant)).toBeLessThanOrEqual(instant + 0.001);
      }),
    );
  });
});
