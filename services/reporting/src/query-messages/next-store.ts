import type { MessageId } from '@parley/contracts/ids';
import type { Keyset } from '@parley/contracts/requests/paging';
import type { Found } from '@parley/platform/db';
import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { allOf, behind, conditions, ofAccount, ofTime, ofUser, type WantedMessages } from './conditions.ts';
import { edgeBefore, edgeBehind, further } from './decide.ts';
import { inHours, isOfKind, loadHours } from './hours-store.ts';
import { fewThatMaySay } from './texts-store.ts';
import { isAllOnPath, pathsTo, walk } from './walk-store.ts';

/** Which part of a list is wanted. */
export interface Next {
  key: Keyset | null;
  limit: number;
}

/** How many messages are read to find the next of a list. */
export interface Reaches {
  /** So many are looked at in the order of the list: enough for what is frequent. */
  near: number;
  /** Then so many, on every path. */
  far: number;
  /** What may say what is asked for is looked through if it is no more. */
  sayable: number;
  /** What could not be looked up is looked for among so many, and the page ends where they do. */
  last: number;
  /** No more bytes of texts than these are looked through at once, of however many messages. */
  octets: number;
}

/** 50,000 messages may wait to be indexed; all of these may say anything. */
export const REACHES: Reaches = {
  near: 500,
  far: 10_000,
  sayable: 60_000,
  last: 100_000,
  octets: 32_000_000,
};

/**
 * The ids of the next messages of a list, at most `limit`; fewer, and where it ended, when that is not all. What
 * matches often is found by walking the list. What does not match among the next 10,000 is rare: it is looked up, in
 * the index of texts or in the statistics, or it is looked for so far as a page may take.
 */
export async function nextIds(
  db: Kysely<ReportingTables>,
  wanted: WantedMessages,
  { next, reaches }: { next: Next; reaches: Reaches },
): Promise<Found<MessageId>> {
  const { near, far, last, octets } = reaches;
  if (wanted.filter.id !== null || wanted.named !== null) return sorted(db, wanted, next);
  const [path, ...others] = pathsTo(wanted);
  const isEnough = ({ rows, end }: Found<MessageId>): boolean => end === null || rows.length >= next.limit;
  const first = await walk(db, { wanted, path }, { ...next, octets, reach: isAllOnPath(wanted) ? 0 : near });
  if (isEnough(first)) return first;
  for (const one of [path, ...others]) {
    const found = await walk(db, { wanted, path: one }, { ...next, octets, reach: far });
    if (isEnough(found)) return found;
  }
  const among = await fewThatMaySay(db, wanted, reaches);
  if (among !== null) return sorted(db, wanted, { ...next, among });
  if (isOfKind(wanted.filter)) return ofKind(db, wanted, { next, reaches });
  return walk(db, { wanted, path }, { ...next, octets, reach: last });
}

/** The next of all that match, by any index but that of the list's order: those that match must be few. */
async function sorted(
  db: Kysely<ReportingTables>,
  wanted: WantedMessages,
  { key, limit, among }: Next & { among?: RawBuilder<SqlBool> },
): Promise<Found<MessageId>> {
  const { order, filter } = wanted;
  const matching = behind(ofTime(ofAccount(db, wanted), filter), key, order).where(
    allOf([...conditions(wanted), ...ofUser(filter), ...(among ? [among] : [])]),
  );
  const rows = await matching
    .select('id')
    .orderBy(sql`"timestamp" + interval '0 s'`, order)
    .orderBy('id', order)
    .limit(limit)
    .execute();
  return { rows: rows.map(({ id }) => id), end: null };
}

/** Hours of which only a part may be wanted: that in which the list goes on, and that in which it ends. */
const PARTIAL_HOURS = 2;

/** The next of a kind, in the hours that have some, as the statistics tell. */
async function ofKind(
  db: Kysely<ReportingTables>,
  wanted: WantedMessages,
  { next, reaches }: { next: Next; reaches: Reaches },
): Promise<Found<MessageId>> {
  const { key, limit } = next;
  const { order } = wanted;
  const most = limit + PARTIAL_HOURS;
  const all = await loadHours(db, wanted, { key, most });
  const [first] = all;
  if (first === undefined) return { rows: [], end: null };
  const hours = all.filter(({ so_far }) => so_far <= reaches.last);
  const last = hours.at(-1);
  if (last === undefined) {
    const [path] = pathsTo(wanted);
    const from = further(key, edgeBefore(first, order), order);
    return walk(db, { wanted, path }, { key: from, limit, octets: reaches.octets, reach: reaches.last });
  }
  const rows = await inHours(db, wanted, { key, limit, hours });
  return { rows, end: hours.length === all.length && all.length < most ? null : edgeBehind(last, order) };
}
