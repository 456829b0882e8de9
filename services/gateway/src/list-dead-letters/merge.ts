import type { Keyset, Page, PageResult } from '@parley/contracts/requests/paging';

/** One of two lists of the same order, read page by page. */
export type ReadPage<Row> = (page: Page) => Promise<PageResult<Row>>;

/** Two lists that are to look like one. */
export interface TwoLists<Row> {
  first: ReadPage<Row>;
  second: ReadPage<Row>;
  /** The order of both is descending by (at, id). */
  keyOf(row: Row): Keyset;
}

/** A page of both lists together, whoever has its rows. Rejects when either list cannot be read. */
export function readMerged<Row>(lists: TwoLists<Row>, page: Page): Promise<PageResult<Row>> {
  return page.style === 'keyset' ? behind(lists, page) : numbered(lists, page);
}

async function behind<Row>(
  lists: TwoLists<Row>,
  page: Extract<Page, { style: 'keyset' }>,
): Promise<PageResult<Row>> {
  const pages = await Promise.all([lists.first(page), lists.second(page)]);
  const merged = merge(lists, pages);
  const rows = merged.slice(0, page.limit);
  const last = rows.at(-1);
  const more = merged.length > rows.length || pages.some(({ next }) => next !== null);
  return { rows, next: more && last !== undefined ? lists.keyOf(last) : null, total: null };
}

async function numbered<Row>(
  lists: TwoLists<Row>,
  { page, per_page }: Extract<Page, { style: 'offset' }>,
): Promise<PageResult<Row>> {
  const [first, second] = await Promise.all([total(lists.first), total(lists.second)]);
  const start = (page - 1) * per_page;
  const result = { next: null, total: first + second };
  if (start >= result.total) return { ...result, rows: [] };
  const before = await split(lists, start, { first, second });
  const pages = await Promise.all([
    rowsFrom(lists, lists.first, { start: before, limit: per_page }),
    rowsFrom(lists, lists.second, { start: start - before, limit: per_page }),
  ]);
  return { ...result, rows: merge(lists, pages).slice(0, per_page) };
}

/** How many of the `start` rows that come before a page are the first list's: found by halving. */
async function split<Row>(
  lists: TwoLists<Row>,
  start: number,
  totals: { first: number; second: number },
): Promise<number> {
  let low = Math.max(0, start - totals.second);
  let high = Math.min(start, totals.first);
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [one, other] = await Promise.all([
      rowAt(lists.first, middle),
      rowAt(lists.second, start - middle - 1),
    ]);
    if (one !== undefined && (other === undefined || comesBefore(lists.keyOf(one), lists.keyOf(other))))
      low = middle + 1;
    else high = middle;
  }
  return low;
}

async function rowsFrom<Row>(
  { keyOf }: TwoLists<Row>,
  list: ReadPage<Row>,
  { start, limit }: { start: number; limit: number },
): Promise<PageResult<Row>> {
  const previous = start === 0 ? undefined : await rowAt(list, start - 1);
  return list({ style: 'keyset', after: previous === undefined ? null : keyOf(previous), limit });
}

async function rowAt<Row>(list: ReadPage<Row>, index: number): Promise<Row | undefined> {
  const { rows } = await list({ style: 'offset', page: index + 1, per_page: 1 });
  return rows[0];
}

async function total<Row>(list: ReadPage<Row>): Promise<number> {
  return (await list({ style: 'offset', page: 1, per_page: 1 })).total ?? 0;
}

function merge<Row>({ keyOf }: TwoLists<Row>, pages: readonly PageResult<Row>[]): Row[] {
  const rows = pages.flatMap((page) => page.rows);
  return rows.sort((a, b) => (comesBefore(keyOf(a), keyOf(b)) ? -1 : 1));
}

function comesBefore(one: Keyset, other: Keyset): boolean {
  return one.at === other.at ? one.id > other.id : one.at > other.at;
}
