import type { Page, PageResult } from '@parley/contracts/requests/paging';
import type { HttpReply } from '@parley/platform/http';
import { invalid } from '../read-fields.ts';
import { readCursor, writeCursor, type ListIdentity } from './cursor.ts';
import type { Paging } from './parameters.ts';

const DEFAULT_LIMIT = 50;
const DEFAULT_PER_PAGE = 20;

/**
 * The page that is wanted; without any parameter the first one in cursor style. Throws a `validation_failed`
 * problem when both styles are mixed or the cursor is not one of this list.
 */
export function toPage(paging: Paging, list: ListIdentity): Page {
  const numbered = (['page', 'per_page'] as const).filter((name) => paging[name] !== undefined);
  if (numbered.length === 0) return keysetPage(paging, list);
  if (paging.cursor !== undefined || paging.limit !== undefined)
    throw invalid(
      numbered.map((name) => ({ pointer: `#/${name}`, detail: 'cannot be combined with cursor or limit' })),
    );
  return { style: 'offset', page: paging.page ?? 1, per_page: paging.per_page ?? DEFAULT_PER_PAGE };
}

function keysetPage({ cursor, limit = DEFAULT_LIMIT }: Paging, list: ListIdentity): Page {
  if (cursor === undefined) return { style: 'keyset', after: null, limit };
  const after = readCursor(cursor, list);
  if (after === null) throw invalid([{ pointer: '#/cursor', detail: 'is not a cursor of this list' }]);
  return { style: 'keyset', after, limit };
}

/** A page without rows. */
export const EMPTY: PageResult<never> = { rows: [], next: null, total: 0 };

/** The answer of a list, in the style that was asked for. */
export function listReply<Row>(
  { rows, next, total }: PageResult<Row>,
  page: Page,
  list: ListIdentity,
  resource: (row: Row) => unknown,
): HttpReply {
  const data = rows.map(resource);
  if (page.style === 'keyset') {
    const next_cursor = next === null ? null : writeCursor(next, list);
    return { status: 200, body: { data, next_cursor, has_more: next !== null } };
  }
  const pages = Math.ceil((total ?? 0) / page.per_page);
  const meta = { total: total ?? 0, page: page.page, per_page: page.per_page, pages };
  return { status: 200, body: { data, meta } };
}
