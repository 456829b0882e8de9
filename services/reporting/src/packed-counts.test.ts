import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addToPack, unpack, type Packed } from './packed-counts.ts';

const told = ({ counts }: Packed): Map<number, number> => {
  const all = new Map<number, number>();
  unpack(counts, (number, count) => all.set(number, count));
  return all;
};
const ascending = (counts: ReadonlyMap<number, number>) =>
  new Map([...counts].toSorted(([one], [two]) => one - two));
const counts = fc
  .array(fc.tuple(fc.nat(300), fc.oneof(fc.integer({ min: 1, max: 300 }), fc.constant(2 ** 52))), {
    maxLength: 40,
  })
  .map((entries) => new Map(entries));

describe('a pack', () => {
  test('tells what was added to it, ascending, whatever was added after what', () => {
    fc.assert(
      fc.property(counts, counts, (first, second) => {
        const both = new Map(first);
        for (const [number, count] of second) both.set(number, (both.get(number) ?? 0) + count);
        const packed = addToPack(addToPack(null, first), second);
        expect([...told(packed)]).toEqual([...ascending(both)]);
        expect(packed.last_number).toBe(Math.max(-1, ...both.keys()));
      }),
    );
  });

  test('holds the greatest number of a sender', () => {
    const greatest = new Map([[2 ** 31 - 1, Number.MAX_SAFE_INTEGER]]);
    expect(told(addToPack(null, greatest))).toEqual(greatest);
  });

  test('takes two bytes for a sender like those around it', () => {
    const many = new Map(Array.from({ length: 1_000 }, (_, number) => [number, 100]));
    expect(addToPack(null, many).counts).toHaveLength(2_000);
  });

  test('that is cut off is refused', () => {
    const { counts: whole } = addToPack(null, new Map([[1_000, 1_000]]));
    expect(() => unpack(whole.subarray(0, -1), () => {})).toThrow('ends within a number');
  });
});
