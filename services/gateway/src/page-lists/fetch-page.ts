import type { Keyset, Page, PageResult } from '@parley/contracts/requests/paging';
import { available, isDataError } from '@parley/platform/db';
import { sql, type RawBuilder, type SelectQueryBuilder } from 'kysely';
import type { Tables } from '../database.ts';
import { EMPTY } from './page.ts';

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
export async function fetchPage<Table extends keyof Tables, Row extends { id: string; created_at: string }>(
  query: Rows<Table, Row>,
  page: Page,
  order: Order<Row> = OLDEST_FIRST,
): Promise<PageResult<Row>> {
  const ordered = order.columns.reduce<Rows<Table, Row>>((rows, column) => rows.orderBy(column), query);
  if (page.style === 'keyset') {
    const behindLast = page.after === null ? ordered : ordered.where(order.after(page.after));
    const rows = behindLast.limit(page.limit + 1).execute();
    return toResult(await available(rows.catch(nothingIfUnfit)), page.limit, order);
  }
  const wanted = ordered.limit(page.per_page).offset((page.page - 1) * page.per_page);
  const [rows, total] = await available(Promise.all([wanted.execute(), count(query)]));
  return { rows, next: null, total };
}

function nothingIfUnfit(error: unknown): never[] {
  if (isDataError(error)) return EMPTY.rows;
  throw error;
}

/** One row more than wanted tells that there is a next page. */
function toResult<Row>(found: Row[], limit: number, { keyOf }: Order<Row>): PageResult<Row> {
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const more = found.length > limit && last !== undefined;
  return { rows, next: more ? keyOf(last) : null, total: null };
}

async function count<Table extends keyof Tables, Row>(query: Rows<Table, Row>): Promise<number> {
  const { total } = await query
    .clearSelect()
    .select(sql<number>`count(*)`.as('total'))
    .executeTakeFirstOrThrow();
  return total;
}
