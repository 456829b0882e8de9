import type { Keyset, Page, PageResult } from '@parley/contracts/requests/paging';
import { Unavailable } from '../runtime/unavailable.ts';
import { available, isDataError, sqlState } from './failures.ts';

/** What was found in a part of a list. */
export interface Found<Row> {
  rows: Row[];
  /** Where the looking ended although there may be more behind it; null = at the end of the list. */
  end: Keyset | null;
}

/** A list in its one order, as one query reads it. */
export interface Listing<Row> {
  /** The rows strictly after a key, or from the first on: so many as there are, or what was found up to some place. */
  after(key: Keyset | null, limit: number): Promise<Row[] | Found<Row>>;
  /** The rows from a place on, counted from 0. */
  from(offset: number, limit: number): Promise<Row[]>;
  count(): Promise<number>;
  keyOf(row: Row): Keyset;
}

const OUT_OF_TIME = '57014';
const TOO_LONG =
  'There is too much to count in time. Narrow the list, for instance by since and until, or read it with cursor and limit.';

const NOTHING: PageResult<never> = { rows: [], next: null, total: null };

/**
 * Reads one page of a list. A condition or a key of a form that nothing can have finds nothing; throws `Unavailable`
 * when the database is away, or when so much matches that the page of a number cannot be found in time.
 */
export async function readPage<Row>(listing: Listing<Row>, page: Page): Promise<PageResult<Row>> {
  try {
    return await available(
      page.style === 'keyset'
        ? readAfter(listing, page.after, page.limit)
        : readNumbered(listing, page.page, page.per_page),
    );
  } catch (error) {
    if (page.style === 'offset' && error instanceof Unavailable && sqlState(error.cause) === OUT_OF_TIME)
      throw new Unavailable(error.message, { cause: error, detail: TOO_LONG });
    if (!isDataError(error)) throw error;
    return page.style === 'offset' ? { ...NOTHING, total: 0 } : NOTHING;
  }
}

async function readAfter<Row>(
  listing: Listing<Row>,
  after: Keyset | null,
  limit: number,
): Promise<PageResult<Row>> {
  // One more than is wanted tells whether there is a next page.
  const answer = await listing.after(after, limit + 1);
  const found = Array.isArray(answer) ? { rows: answer, end: null } : answer;
  const rows = found.rows.slice(0, limit);
  const last = rows.at(-1);
  const isFull = found.rows.length > limit && last !== undefined;
  return { rows, next: isFull ? listing.keyOf(last) : found.end, total: null };
}

async function readNumbered<Row>(
  listing: Listing<Row>,
  page: number,
  perPage: number,
): Promise<PageResult<Row>> {
  const total = await listing.count();
  const offset = (page - 1) * perPage;
  return { rows: offset < total ? await listing.from(offset, perPage) : [], next: null, total };
}

/** Most bytes of text in a page of more than one row that goes on behind a key. */
const MAX_LENGTH = 5_000_000;

/** A page without the rows that are too much for an answer, each so many bytes long in it: it goes on with these. */
export function shortened<Row>(
  page: PageResult<Row>,
  { lengthOf, keyOf }: { lengthOf(row: NoInfer<Row>): number; keyOf(row: NoInfer<Row>): Keyset },
): PageResult<Row> {
  if (page.total !== null) return page;
  let length = 0;
  const count = page.rows.findIndex((row, index) => {
    length += lengthOf(row);
    return length > MAX_LENGTH && index > 0;
  });
  const last = page.rows[count - 1];
  return last === undefined ? page : { rows: page.rows.slice(0, count), next: keyOf(last), total: null };
}
