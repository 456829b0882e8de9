import { expect, test } from '@jest/globals';
import { busiestSecond } from './busiest-second.ts';

test.each([
  ['nothing', [], 0],
  ['one', [5], 1],
  ['a whole second apart', [0, 1_000, 2_000], 1],
  ['a little less than a second apart', [0, 999, 1_998], 2],
  ['a burst after a rest', [0, 5_000, 5_000, 5_400, 5_999, 6_000], 4],
])('%s', (_what, instants, most) => {
  expect(busiestSecond(instants)).toBe(most);
});
