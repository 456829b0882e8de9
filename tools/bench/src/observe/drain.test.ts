import { describe, expect, test } from '@jest/globals';
import type { Counts } from './counts.ts';
import { drain, remaining } from './drain.ts';

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

describe('draining', () => {
  test('goes on, also through looks that fail, until all have gone all the way', async () => {
    const looks = [
      counts(1, { queued: 2 }),
      new Error('away'),
      counts(2, { sent: 1, queued: 1 }),
      counts(2, { sent: 2 }),
    ];
    const seen: Counts[] = [];
    const read = async (): Promise<Counts> => {
      const look = looks.shift();
      if (look === undefined || look instanceof Error) throw look ?? new Error('one look too many');
      return look;
    };
    const drained = await drain({ accepted: 2, receipts: false }, { read, seen: (look) => seen.push(look) });
    expect(drained).toMatchObject({ complete: true, counts: { projected: 2 } });
    expect(seen).toHaveLength(4);
    expect(looks).toEqual([]);
  });

  test('gives up when nothing moves any more, and says what it saw', async () => {
    const read = async () => counts(1, { sent: 1, queued: 1 });
    const drained = await drain({ accepted: 2, receipts: false }, { read, seen: () => {}, patienceMs: 150 });
    expect(drained).toMatchObject({ complete: false, counts: { effects: 1, projected: 2 } });
  });

  test('gives up when it can see nothing', async () => {
    const read = () => Promise.reject(new Error('away'));
    const drained = await drain({ accepted: 2, receipts: false }, { read, seen: () => {}, patienceMs: 0 });
    expect(drained).toMatchObject({ complete: false, counts: null });
  });

  test('ends at once when aborted', async () => {
    const read = async () => counts(0, {});
    const signal = AbortSignal.timeout(20);
    await expect(drain({ accepted: 1, receipts: false }, { read, seen: () => {}, signal })).rejects.toThrow(
      'abort',
    );
  });
});
