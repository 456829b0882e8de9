import type { MessageId } from '@parley/contracts/ids';
import type { Keyset } from '@parley/contracts/requests/paging';
import type { Found } from '@parley/platform/db';
import { sql, type Expression, type Kysely, type RawBuilder, type SqlBool } from 'kysely';
import type { ReportingTables } from '../database.ts';
import {
  allOf,
  behind,
  conditions,
  inOrder,
  ofAccount,
  ofTime,
  OCTETS,
  ofUser,
  waysToBeOf,
  type Messages,
  type WantedMessages,
} from './conditions.ts';

/** Ways in which a message can be wanted, all of one sort, each with an index in the list's order. */
export type Path = readonly Expression<SqlBool>[];

/** Every path on which all that is wanted lies; the account's own list where nothing makes one. Some have no way. */
export function pathsTo({ filter, conversations }: WantedMessages): readonly [Path, ...Path[]] {
  const { user, from, to, status_reason } = filter;
  const equals = (column: 'conversation_id' | 'from' | 'to' | 'status_reason') => (value: string) =>
    sql<SqlBool>`${sql.ref(column)} = ${value}`;
  const [first, ...others] = [
    user && waysToBeOf([user.id], user.addresses),
    conversations && conversations.map(equals('conversation_id')),
    to && to.map(equals('to')),
    status_reason === null ? null : [equals('status_reason')(status_reason)],
    from && from.map(equals('from')),
  ].filter((path) => path !== null);
  return first === undefined ? [[allOf([])]] : [first, ...others];
}

/** Whether everything on the path is wanted, but for its time: nothing else is asked for than what makes it. */
export function isAllOnPath(wanted: WantedMessages): boolean {
  const { user, from, to, status_reason } = wanted.filter;
  const onPaths = [user, wanted.conversations, to, status_reason, from].filter((asked) => asked !== null);
  const asked = conditions(wanted).length + (user === null ? 0 : 1);
  return asked === onPaths.length && asked <= 1;
}

/** How far a path is walked. */
export interface Walk {
  key: Keyset | null;
  limit: number;
  /** How many messages are looked at, at least `limit` in each way. */
  reach: number;
  /** How many bytes of texts are looked through, at least one message in each way. */
  octets: number;
}

/**
 * The first `limit` that are wanted among the next messages on a path, each way's part of it; where these parts end at
 * different places, up to the first of these, and `end` is there. Null when no part went on.
 */
export async function walk(
  db: Kysely<ReportingTables>,
  { wanted, path }: { wanted: WantedMessages; path: Path },
  { key, limit, reach, octets }: Walk,
): Promise<Found<MessageId>> {
  if (path.length === 0) return { rows: [], end: null };
  const { order, filter } = wanted;
  const steps = Math.max(limit, Math.ceil(reach / path.length));
  const most = filter.q === null ? null : Math.ceil(octets / path.length);
  const parts = path.map((way, index) => {
    const next = inOrder(behind(ofTime(ofAccount(db, wanted), filter), key, order).where(way), order);
    return partOf(next, index, { wanted, steps, most });
  });
  const each = (of: (part: Part) => RawBuilder<unknown>, between: string) =>
    sql.join(parts.map(of), sql.raw(between));
  const ordered = sql`order by "timestamp" ${sql.raw(order)}, id ${sql.raw(order)}`;
  const { rows } = await sql<Keyset & { id: MessageId; is_end: boolean }>`
    with ${each(({ tables }) => tables, ', ')},
    ended as materialized (
      select "timestamp", id from (${each((part) => lastOf(part, order), ' union all ')}) as e
      ${ordered} limit 1
    ),
    found as (
      select "timestamp", id
      from (${each(({ name }) => sql`select "timestamp", id from ${name} where matches`, ' union ')}) as f
      where not exists (select from ended where (f."timestamp", f.id) ${order === 'desc' ? sql`<` : sql`>`}
        (ended."timestamp", ended.id))
      ${ordered} limit ${limit}
    )
    select "timestamp" as at, id, false as is_end from found
    union all select "timestamp", id, true from ended
    order by is_end, at ${sql.raw(order)}, id ${sql.raw(order)}`.execute(db);
  const end = rows.find(({ is_end }) => is_end);
  return {
    rows: rows.filter(({ is_end }) => !is_end).map(({ id }) => id),
    end: end === undefined ? null : { at: end.at, id: end.id },
  };
}

/** What is looked at of one way. */
interface Part {
  name: RawBuilder<unknown>;
  /** The table of this name, and what it needs. */
  tables: RawBuilder<unknown>;
  /** Whether there may be more behind it. */
  goesOn: RawBuilder<unknown>;
}

/** The next `steps` of a way; where texts are looked through, of no more bytes than `most`, but one at least. */
function partOf(
  next: Messages,
  index: number,
  { wanted, steps, most }: { wanted: WantedMessages; steps: number; most: number | null },
): Part {
  const name = sql.ref(`part_${index}`);
  const matches = allOf([...conditions(wanted), ...ofUser(wanted.filter)]).as('matches');
  const read = next.select(['id', 'timestamp', matches]).limit(steps);
  if (most === null)
    return {
      name,
      tables: sql`${name} as materialized (${read})`,
      goesOn: sql`(select count(*) from ${name}) >= ${steps}`,
    };
  const span = sql.ref(`span_${index}`);
  const way = sql.raw(wanted.order);
  const inOrder = sql`order by "timestamp" ${way}, id ${way}`;
  return {
    name,
    tables: sql`
      ${span} as materialized (
        select count(*) filter (where before < ${most}) as readable,
          count(*) >= ${steps} or bool_or(before >= ${most}) as goes_on
        from (select sum(octets) over (${inOrder} rows unbounded preceding) - octets as before
          from (${next.select(['timestamp', 'id', OCTETS.as('octets')]).limit(steps)}) as l) as b),
      ${name} as materialized (select * from (${read}) as r ${inOrder} limit (select readable from ${span}))`,
    goesOn: sql`(select goes_on from ${span})`,
  };
}

/** Where a part ends, if it goes on. */
function lastOf({ name, goesOn }: Part, order: WantedMessages['order']): RawBuilder<unknown> {
  const back = sql.raw(order === 'desc' ? 'asc' : 'desc');
  return sql`(select "timestamp", id from ${name}
    where ${goesOn} order by "timestamp" ${back}, id ${back} limit 1)`;
}
