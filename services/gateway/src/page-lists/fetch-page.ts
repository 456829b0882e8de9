import type { Keyset, Page, PageResult } from '@parley/contracts/requests/paging';
import { available } from '@parley/platform/db';
import { sql, type RawBuilder, type SelectQueryBuilder } from 'kysely';
import type { Tables } from '../database.ts';

/** Rows of one of our own tables; their order is that of (created_at, id). */
type Rows<Table extends keyof Tables, Row> = SelectQueryBuilder<Tables, Table, Row>;

/** One page of the rows of a query, oldest first, ties by id. Throws `Unavailable`. */
export async function fetchPage<Table extends keyof Tables, Row extends { id: string; created_at: string }>(
  query: Rows<Table, Row>,
  page: Page,
): Promise<PageResult<Row>> {
  const ordered = query.orderBy(sql`created_at`).orderBy(sql`id`);
  if (page.style === 'keyset') {
    const behindLast = ordered.where(behind(page.after)).limit(page.limit + 1);
    return toResult(await available(behindLast.execute()), page.limit);
  }
  const wanted = ordered.limit(page.per_page).offset((page.page - 1) * page.per_page);
  const [rows, total] = await available(Promise.all([wanted.execute(), count(query)]));
  return { rows, next: null, total };
}

function behind(after: Keyset | null): RawBuilder<boolean> {
  return after === null ? sql`true` : sql`(created_at, id) > (${after.at}, ${after.id})`;
}

/** One row more than wanted tells that there is a next page. */
function toResult<Row extends { id: string; created_at: string }>(
  found: Row[],
  limit: number,
): PageResult<Row> {
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const more = found.length > limit && last !== undefined;
  return { rows, next: more ? { at: last.created_at, id: last.id } : null, total: null };
}

async function count<Table extends keyof Tables, Row>(query: Rows<Table, Row>): Promise<number> {
  const { total } = await query
    .clearSelect()
    .select(sql<number>`count(*)`.as('total'))
    .executeTakeFirstOrThrow();
  return total;
}
