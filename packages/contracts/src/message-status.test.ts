import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { messageStatus, progressOf } from './message-status.ts';

describe('progress', () => {
  test.each([
    ['queued', 'sending'],
    ['sending', 'sent'],
    ['sent', 'delivered'],
    ['failed', 'undelivered'],
    ['undelivered', 'delivered'],
    ['canceled', 'expired'],
    ['expired', 'failed'],
    ['delivered', 'read'],
  ] as const)('rises from %s to %s', (lower, higher) => {
    expect(progressOf(1, higher)).toBeGreaterThan(progressOf(1, lower));
  });

  test('of a later round is greater than any of an earlier one', () => {
    for (const late of messageStatus.options)
      for (const early of messageStatus.options)
        expect(progressOf(2, late)).toBeGreaterThan(progressOf(1, early));
  });

  test('merged in any order and with any repetition ends at the same value', () => {
    const event = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.constantFrom(...messageStatus.options));
    fc.assert(
      fc.property(fc.array(event, { minLength: 1 }), fc.infiniteStream(fc.nat()), (events, order) => {
        const merged = (list: typeof events): number =>
          Math.max(...list.map(([round, status]) => progressOf(round, status)));
        const shuffled = events.map((e) => ({ e, key: order.next().value })).sort((a, b) => a.key - b.key);
        expect(merged([...shuffled.map(({ e }) => e), ...events])).toBe(merged(events));
      }),
    );
  });
});
