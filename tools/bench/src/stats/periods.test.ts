import { expect, test } from '@jest/globals';
import { DAYS, periods } from './periods.ts';

test.each(['2026-01-01T00:00:00.000Z', '2026-03-31T23:59:59.999Z', '2028-02-29T12:00:00.000Z'])(
  'on %s every period is of a time with messages, and ends in the middle of a month',
  (instant) => {
    const now = Date.parse(instant);
    for (const { parameters } of periods(now)) {
      const { since, until } = parameters;
      if (since === undefined || until === undefined) continue;
      expect(Date.parse(since)).toBeGreaterThan(now - DAYS * 24 * 3_600_000);
      expect(Date.parse(until)).toBeLessThan(now);
      expect(Date.parse(since)).toBeLessThan(Date.parse(until));
      expect(until.slice(8, 10)).toBe('15');
    }
  },
);
