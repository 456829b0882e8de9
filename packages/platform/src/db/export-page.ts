import type { ExportCursor, ExportItem, ExportPage } from '@parley/contracts/requests/export';
import { available } from './failures.ts';
import { prepared, type Executor } from './prepared.ts';

/** What of a table is exported, in SQL. */
export interface ExportSource {
  table: string;
  columns: string;
  /** The column that orders the rows, ties by `id`; both in one index. */
  at: string;
  /** How many bytes of text a row holds. */
  bytes: string;
}

/** What tells where the next page starts, in every row. */
interface Placed {
  page_at: string;
  page_id: string;
  /** Rows from the cursor on, counted up to one more than the page may hold. */
  found: number;
}

/** Most bytes of text in a page of more than one row: as JSON they take at most six times as much. */
const MAX_PAGE_BYTES = 400_000;
const BEFORE_ANY_ID = '00000000-0000-0000-0000-000000000000';

/**
 * Prepares, under a name, the function that reads the next page of a table by (`at`, id): at least one row if there
 * is any, and no more than fit into an answer. It throws `Unavailable`.
 */
export function exportPages<Row extends object>(name: string, source: ExportSource) {
  const select = prepared<Row & Placed>(name, pageOf(source));
  return async (
    db: Executor,
    { since, after, limit }: ExportItem,
  ): Promise<ExportPage<Omit<Row & Placed, keyof Placed>>> => {
    const from: ExportCursor = after ?? { changed_at: since, id: BEFORE_ANY_ID };
    return toPage<Row>(await available(select(db, [from.changed_at, from.id, limit])));
  };
}

function pageOf({ table, columns, at, bytes }: ExportSource): string {
  return `select ${columns}, ${at} as page_at, id as page_id, found from (
     select *, row_number() over w as place, count(*) over () as found, sum(${bytes}) over w as bytes
     from (select * from ${table} where (${at}, id) > ($1, $2::uuid) order by ${at}, id limit $3::int + 1) as candidate
     window w as (order by ${at}, id)
   ) as placed
   where place <= $3 and (bytes <= ${MAX_PAGE_BYTES} or place = 1)
   order by page_at, page_id`;
}

function toPage<Row extends object>(
  placed: readonly (Row & Placed)[],
): ExportPage<Omit<Row & Placed, keyof Placed>> {
  const last = placed.at(-1);
  return {
    rows: placed.map(({ page_at: _, page_id: __, found: ___, ...row }) => row),
    next:
      last !== undefined && last.found > placed.length
        ? { changed_at: last.page_at, id: last.page_id }
        : null,
  };
}
