import { describe, expect, test } from '@jest/globals';
import { instant } from './readable-types.ts';

describe('a timestamptz of PostgreSQL becomes an instant', () => {
  test.each([
    ['without a fraction', '2026-01-15 10:00:00+00', '2026-01-15T10:00:00.000Z'],
    ['with a short fraction', '2026-01-15 10:00:00.5+00', '2026-01-15T10:00:00.500Z'],
    ['with milliseconds', '2026-01-15 10:00:00.123+00', '2026-01-15T10:00:00.123Z'],
    ['with microseconds', '2026-01-15 10:00:00.123987+00', '2026-01-15T10:00:00.123Z'],
    ['of the first century', '0001-01-01 00:00:00+00', '0001-01-01T00:00:00.000Z'],
    ['of the last year', '9999-12-31 23:59:59.999+00', '9999-12-31T23:59:59.999Z'],
  ])('%s', (_, written, expected) => {
    expect(instant(written)).toBe(expected);
  });

  test.each(['infinity', '-infinity', '0044-03-15 00:00:00+00 BC', '10000-01-01 00:00:00+00'])(
    'but %s, which has no such form, stays as it is',
    (written) => {
      expect(instant(written)).toBe(written);
    },
  );
});
