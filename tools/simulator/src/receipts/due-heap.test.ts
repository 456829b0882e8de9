import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DueHeap } from './due-heap.ts';

test('things come out by when they are due, and those due at once in the order in which they came', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), (dues) => {
      const heap = new DueHeap<number>();
      dues.forEach((due, item) => heap.push(due, item));
      const expected = dues.map((due, item) => ({ due, item })).toSorted((a, b) => a.due - b.due);
      for (const { due, item } of expected) {
        expect(heap.nextDue()).toBe(due);
        expect(heap.pop()).toBe(item);
      }
      expect(heap.size).toBe(0);
    }),
  );
});

test('it stays in order while things come and go', () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.nat(1_000))), (steps) => {
      const heap = new DueHeap<number>();
      const waiting: number[] = [];
      const [popped, expected]: (number | undefined)[][] = [[], []];
      for (const due of steps) {
        if (due === null) {
          popped?.push(heap.pop());
          expected?.push(waiting.shift());
        } else {
          heap.push(due, due);
          waiting.push(due);
          waiting.sort((a, b) => a - b);
        }
      }
      expect(popped).toEqual(expected);
      expect(heap.size).toBe(waiting.length);
    }),
  );
});

test('an empty heap gives nothing', () => {
  const heap = new DueHeap<string>();
  expect(heap.nextDue()).toBeNull();
  expect(heap.pop()).toBeUndefined();
});
