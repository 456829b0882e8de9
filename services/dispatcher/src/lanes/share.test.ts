import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { share, type Claimant } from './share.ts';

const lanes = (...claimants: [string, number][]): Claimant[] =>
  claimants.map(([account, most]) => ({ account, most }));

test.each<[string, number, Claimant[], number[]]>([
  ['everything is for the only one', 5, lanes(['a', 500]), [5]],
  ['accounts get the same', 6, lanes(['a', 500], ['b', 500]), [3, 3]],
  ['an account with many lanes gets no more', 6, lanes(['a', 9], ['a', 9], ['a', 9], ['b', 9]), [1, 1, 1, 3]],
  ['what one cannot use goes to others', 10, lanes(['a', 500], ['b', 2]), [8, 2]],
  ['within an account too', 10, lanes(['a', 500], ['a', 1]), [9, 1]],
  ['with too few, the first get one', 2, lanes(['a', 9], ['b', 9], ['c', 9]), [1, 1, 0]],
  ['however little the others want', 2, lanes(['a', 9], ['b', 9], ['c', 1]), [1, 1, 0]],
  ['nobody gets more than he can use', 100, lanes(['a', 3], ['b', 4]), [3, 4]],
  ['who wants nothing keeps none from the others', 2, lanes(['a', 2], ['a', 0], ['a', 0]), [2, 0, 0]],
  ['without places nobody gets one', 0, lanes(['a', 3]), [0]],
  ['nobody is there', 3, [], []],
])('%s', (_, places, claimants, expected) => {
  expect(share(places, claimants)).toEqual(expected);
});

test('whoever comes, no place is given twice, kept back, or given to one who cannot use it', () => {
  const claimant = fc.record({ account: fc.constantFrom('a', 'b', 'c', 'd'), most: fc.nat(20) });
  fc.assert(
    fc.property(fc.nat(60), fc.array(claimant), (places, claimants) => {
      const shares = share(places, claimants);
      const wanted = claimants.reduce((sum, { most }) => sum + most, 0);
      expect(shares.reduce((sum, part) => sum + part, 0)).toBe(Math.min(places, wanted));
      for (const [index, part] of shares.entries())
        expect(part).toBeLessThanOrEqual(claimants[index]?.most ?? 0);
    }),
  );
});

test('two accounts that want more differ by one place at most', () => {
  fc.assert(
    fc.property(
      fc.nat(60),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 5 }),
      (places, few, many) => {
        const claimants = [...Array<'a'>(few).fill('a'), ...Array<'b'>(many).fill('b')];
        const shares = share(
          places,
          claimants.map((account) => ({ account, most: 100 })),
        );
        const sumOf = (account: string) =>
          shares.reduce((sum, part, index) => sum + (claimants[index] === account ? part : 0), 0);
        expect(Math.abs(sumOf('a') - sumOf('b'))).toBeLessThanOrEqual(1);
      },
    ),
  );
});
