import type { Keyset, Page, PageResult } from '@parley/contracts/requests/paging';
import { readPage } from '@parley/platform/db';
import { sql, type RawBuilder, type SelectQueryBuilder } from 'kysely';
import type { Tables } from '../database.ts';

/** An order of rows in which no two have the same key. */
export interface Order<Row> {
  /** Ascending. */
  columns: readonly RawBuilder<unknown>[];
  /** Whether a row comes after this key. */
  after(key: Keyset): RawBuilder<boolean>;
  keyOf(row: Row): Keyset;
}

/** Ties by id. */
const OLDEST_FIRST: Order<{ id: string; created_at: string }> = {
  columns: [sql`created_at`, sql`id`],
  after: ({ at, id }) => sql`(created_at, id) > (${at}, ${id})`,
  keyOf: ({ id, created_at }) => ({ at: created_at, id }),
};

/** Rows of one of our own tables. */
type Rows<Table extends keyof Tables, Row> = SelectQueryBuilder<Tables, Table, Row>;

/** One page of the rows of a query. A key of a form that no row can have finds nothing. Throws `Unavailable`. */
export function fetchPage<Table extends keyof Tables, Row extends { id: string; created_at: string }>(
  query: Rows<Table, Row>,
  page: Page,
  order: Order<Row> = OLDEST_FIRST,
): Promise<PageResult<Row>> {
  const ordered = order.columns.reduce<Rows<Table, Row>>((rows, column) => rows.orderBy(column), query);
  const listing = {
    after: (key: Keyset | null, limit: number) =>
      (key === null ? ordered : ordered.where(order.after(key))).limit(limit).execute(),
    from: (offset: number, limit: number) => ordered.offset(offset).limit(limit).execute(),
    count: () => count(query),
    keyOf: order.keyOf,
  };
  return readPage(listing, page);
}

async function count<Table extends keyof Tables, Row>(query: Rows<Table, Row>): Promise<number> {
  const { total } = await query
    .clearSelect()
    .select(sql<number>`count(*)`.as('total'))
    .executeTakeFirstOrThrow();
  return total;
}
