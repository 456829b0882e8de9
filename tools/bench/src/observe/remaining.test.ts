import { describe, expect, test } from '@jest/globals';
import type { Counts } from './counts.ts';
import { remaining } from './remaining.ts';

const counts = (effects: number, byStatus: Record<string, number>): Counts => ({
  calls: effects,
  effects,
  projected: Object.values(byStatus).reduce((sum, count) => sum + count, 0),
  byStatus,
});

describe('what remains', () => {
  test.each([
    ['nothing, when all are sent', { seen: counts(10, { sent: 10 }), left: 0, receipts: false }],
    ['those the provider has not got', { seen: counts(7, { sent: 10 }), left: 3, receipts: false }],
    ['those that are not projected', { seen: counts(10, { sent: 6 }), left: 4, receipts: false }],
    [
      'those that are on their way',
      { seen: counts(10, { sent: 7, queued: 1, sending: 2 }), left: 3, receipts: false },
    ],
    ['those without a receipt', { seen: counts(10, { sent: 4, delivered: 6 }), left: 4, receipts: true }],
    ['nothing, when all are delivered', { seen: counts(10, { delivered: 10 }), left: 0, receipts: true }],
    [
      'nothing for what failed for good',
      { seen: counts(10, { delivered: 9, failed: 1 }), left: 0, receipts: true },
    ],
    [
      'nothing, when there are more than accepted',
      { seen: counts(12, { sent: 12 }), left: 0, receipts: false },
    ],
  ])('is %s', (_what, { seen, left, receipts }) => {
    expect(remaining({ accepted: 10, receipts }, seen)).toBe(left);
  });
});
