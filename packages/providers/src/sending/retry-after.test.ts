import { expect, test } from '@jest/globals';
import { retryAfterMs } from './retry-after.ts';

const NOW = Date.UTC(1994, 10, 6, 8, 49, 37);

test.each<[string | string[] | undefined, number | null]>([
  [undefined, null],
  ['0', 0],
  ['2', 2_000],
  [' 120 ', 120_000],
  [['5', '6'], 5_000],
  ['3600', 3_600_000],
  ['86400', 3_600_000],
  ['9'.repeat(400), 3_600_000],
  ['Sun, 06 Nov 1994 08:49:47 GMT', 10_000],
  ['Sunday, 06-Nov-94 08:49:47 GMT', 10_000],
  ['Sun Nov  6 08:49:47 1994', 10_000],
  ['Sun, 06 Nov 1994 08:49:27 GMT', 0],
  ['Mon, 07 Nov 1994 08:49:37 GMT', 3_600_000],
  ['', null],
  ['-1', null],
  ['1.5', null],
  ['2 s', null],
  ['1e3', null],
  ['soon', null],
  ['Sunny', null],
  ['Sun, 06 Nov 1994', null],
  ['1994-11-06T08:49:47Z', null],
  ['Sun, 99 Foo 1994 08:49:47 GMT', null],
])('Retry-After %j asks to wait %p ms', (field, ms) => {
  expect(retryAfterMs(field, NOW)).toBe(ms);
});
