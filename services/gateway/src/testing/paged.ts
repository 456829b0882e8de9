import type { Keyset, Page, PageResult } from '@parley/contracts/requests/paging';

/** A page of rows that are sorted descending by their keys, as the service that has them answers it. */
export function pageOf<Row>(rows: readonly Row[], page: Page, keyOf: (row: Row) => Keyset): PageResult<Row> {
  if (page.style === 'offset') {
    const start = (page.page - 1) * page.per_page;
    return { rows: rows.slice(start, start + page.per_page), next: null, total: rows.length };
  }
  const { after, limit } = page;
  const behind = after === null ? rows : rows.filter((row) => isBehind(keyOf(row), after));
  const found = behind.slice(0, limit);
  const last = found.at(-1);
  const next = last !== undefined && behind.length > limit ? keyOf(last) : null;
  return { rows: found, next, total: null };
}

function isBehind(one: Keyset, other: Keyset): boolean {
  return one.at === other.at ? one.id < other.id : one.at < other.at;
}
