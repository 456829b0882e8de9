import { describe, expect, test } from '@jest/globals';
import type { Page, PageResult } from '@parley/contracts/requests/paging';
import fc from 'fast-check';
import { pageOf } from '../testing/paged.ts';
import { readMerged, type TwoLists } from './merge.ts';

interface Row {
  id: string;
  at: string;
}

const keyOf = ({ id, at }: Row) => ({ id, at });
const descending = (rows: readonly Row[]) =>
  rows.toSorted((a, b) => (a.at === b.at ? (a.id > b.id ? -1 : 1) : a.at > b.at ? -1 : 1));

/** Rows in two lists, few enough instants that many are equal. */
const rows = fc
  .uniqueArray(fc.record({ id: fc.uuid(), second: fc.nat(9), isFirst: fc.boolean() }), {
    selector: ({ id }) => id,
    maxLength: 40,
  })
  .map((all) => {
    const made = all.map(({ id, second, isFirst }) => ({
      id,
      at: `2026-01-15T10:00:0${second}.000Z`,
      isFirst,
    }));
    const part = (isFirst: boolean) => descending(made.filter((row) => row.isFirst === isFirst).map(keyOf));
    return { first: part(true), second: part(false), all: descending(made.map(keyOf)) };
  });

type Given = { first: readonly Row[]; second: readonly Row[] };

function lists({ first, second }: Given, asked: Page[] = []): TwoLists<Row> {
  const listOf = (list: readonly Row[]) => async (page: Page) => {
    asked.push(page);
    return pageOf(list, page, keyOf);
  };
  return { first: listOf(first), second: listOf(second), keyOf };
}

describe('two lists read as one', () => {
  test('page by page have every row once, in order', async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 12 }), async (given, limit) => {
        const seen: Row[] = [];
        let page: Page | null = { style: 'keyset', after: null, limit };
        while (page !== null) {
          const result: PageResult<Row> = await readMerged(lists(given), page);
          seen.push(...result.rows);
          expect(result.rows).toHaveLength(
            Math.min(limit, given.all.length - seen.length + result.rows.length),
          );
          page = result.next === null ? null : { style: 'keyset', after: result.next, limit };
        }
        expect(seen).toEqual(given.all);
      }),
    );
  });

  test('have the right rows on every numbered page, and their total', async () => {
    await fc.assert(
      fc.asyncProperty(
        rows,
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 12 }),
        async (given, page, per_page) => {
          const start = (page - 1) * per_page;
          expect(await readMerged(lists(given), { style: 'offset', page, per_page })).toEqual({
            rows: given.all.slice(start, start + per_page),
            next: null,
            total: given.all.length,
          });
        },
      ),
    );
  });

  test('are asked few times for a page far down', async () => {
    const at = '2026-01-15T10:00:00.000Z';
    const made = Array.from({ length: 20_000 }, (_, index) => ({ id: String(99_999 - index), at }));
    const asked: Page[] = [];
    const [first, second] = [
      made.filter((_, index) => index % 3 === 0),
      made.filter((_, index) => index % 3 !== 0),
    ];
    const { rows: found } = await readMerged(lists({ first, second }, asked), {
      style: 'offset',
      page: 1_500,
      per_page: 10,
    });
    expect(found).toEqual(made.slice(14_990, 15_000));
    expect(asked.length).toBeLessThan(40);
  });

  test('are not read at all when one of them cannot be', async () => {
    const broken = { ...lists({ first: [], second: [] }), second: () => Promise.reject(new Error('away')) };
    for (const page of [
      { style: 'keyset', after: null, limit: 5 },
      { style: 'offset', page: 1, per_page: 5 },
    ] as const)
      await expect(readMerged(broken, page)).rejects.toThrow('away');
  });
});
