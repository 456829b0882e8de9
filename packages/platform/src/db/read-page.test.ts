import { describe, expect, test } from '@jest/globals';
import type { Keyset } from '@parley/contracts/requests/paging';
import { Unavailable } from '../runtime/unavailable.ts';
import { readPage, shortened, type Listing } from './read-page.ts';

const ROWS = [1, 2, 3, 4, 5];
const keyOf = (row: number): Keyset => ({ at: '2026-01-15T10:00:00.000Z', id: String(row) });

const whole: Listing<number> = {
  after: async (key, limit) => ROWS.filter((row) => row > Number(key?.id ?? 0)).slice(0, limit),
  from: async (offset, limit) => ROWS.slice(offset, offset + limit),
  count: async () => ROWS.length,
  keyOf,
};
const after = (row: number | null, limit: number) =>
  ({ style: 'keyset', after: row === null ? null : keyOf(row), limit }) as const;

describe('a page after a key', () => {
  test('tells where the next one begins, as long as there is one', async () => {
    expect(await readPage(whole, after(null, 2))).toEqual({ rows: [1, 2], next: keyOf(2), total: null });
    expect(await readPage(whole, after(3, 2))).toEqual({ rows: [4, 5], next: null, total: null });
  });

  test.each([
    ['that nobody looked behind goes on from there', [1], keyOf(9), { rows: [1], next: keyOf(9) }],
    ['without any row too', [], keyOf(9), { rows: [], next: keyOf(9) }],
    ['that is full goes on behind its last row', [1, 2, 3], keyOf(9), { rows: [1, 2], next: keyOf(2) }],
    ['that reached the end is the last one', [1], null, { rows: [1], next: null }],
  ])('%s', async (_, rows, end, expected) => {
    const listing = { ...whole, after: async () => ({ rows, end }) };
    expect(await readPage(listing, after(null, 2))).toMatchObject(expected);
  });
});

describe('a page by number', () => {
  test('tells the total, past the end too', async () => {
    const page = (number: number) => ({ style: 'offset', page: number, per_page: 2 }) as const;
    expect(await readPage(whole, page(3))).toEqual({ rows: [5], next: null, total: 5 });
    expect(await readPage(whole, page(4))).toEqual({ rows: [], next: null, total: 5 });
  });

  test('that cannot be counted in time says what to do', async () => {
    const listing = { ...whole, count: () => Promise.reject(Object.assign(new Error(), { code: '57014' })) };
    const asking = readPage(listing, { style: 'offset', page: 1, per_page: 2 });
    await expect(asking).rejects.toBeInstanceOf(Unavailable);
    await expect(asking).rejects.toMatchObject({ detail: expect.stringContaining('cursor') });
  });
});

describe('a page of long rows', () => {
  const shorten = (lengths: number[], total: number | null = null) =>
    shortened(
      { rows: lengths.map((length, index) => ({ id: index + 1, length })), next: keyOf(9), total },
      { lengthOf: ({ length }) => length, keyOf: ({ id }) => keyOf(id) },
    );

  test.each([
    ['ends before the one that is too much', [2e6, 3e6, 1, 1], 2, keyOf(2)],
    ['has one at least', [6e6, 1], 1, keyOf(1)],
    ['stays as it is where all fit', [2e6, 3e6], 2, keyOf(9)],
    ['may be empty', [], 0, keyOf(9)],
    ['that is one row stays as it is', [6e6], 1, keyOf(9)],
  ])('%s', (_, lengths, count, next) => {
    const page = shorten(lengths);
    expect(page.rows.map(({ id }) => id)).toEqual([1, 2, 3, 4].slice(0, count));
    expect(page.next).toEqual(next);
  });

  test('is whole where its number says what is on it', () => {
    expect(shorten([6e6, 6e6], 2).rows).toHaveLength(2);
  });
});
