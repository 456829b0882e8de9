import type { MessageId } from '@parley/contracts/ids';
import type { Keyset } from '@parley/contracts/requests/paging';
import type { MessageFilter } from '@parley/contracts/requests/query-messages';
import { expressionBuilder, sql, type Expression, type Kysely, type RawBuilder, type SqlBool } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { gramsOf } from '../index-texts/grams.ts';
import {
  behind,
  conditions,
  inOrder,
  ofTime,
  waysToBeOf,
  type MessageExpression,
  type Messages,
  type WantedMessages,
} from './conditions.ts';

/** Which part of a list is wanted. */
export interface Next {
  key: Keyset | null;
  limit: number;
}

/** How many messages are looked at, in the order of the list, before it is asked which of all match. */
const REACHES = [500, 10_000];
/** Enough where every message that is looked at matches. */
const NO_FURTHER = 0;
/** More ways than these would cost more to plan than to go without. */
const MAX_WAYS = 16;

/**
 * The ids of the next messages of a list, at most `limit`. What matches often is found by walking the list; what does
 * not match among the next 10,000 is rare, so then all that match are looked up, by whatever index they are fewest in.
 */
export async function nextIds(
  db: Kysely<ReportingTables>,
  wanted: WantedMessages,
  next: Next,
): Promise<MessageId[]> {
  if (wanted.filter.id === null && wanted.named === null)
    for (const reach of isOneWay(wanted) ? [NO_FURTHER] : REACHES) {
      const near = await nearest(db, wanted, { ...next, reach });
      if (near.isAll || near.ids.length >= next.limit) return near.ids;
    }
  return isOfKind(wanted.filter) ? inHours(db, wanted, next) : sorted(db, wanted, next);
}

/** Whether what makes a way is all that is asked for, and each way is walked. */
function isOneWay(wanted: WantedMessages): boolean {
  const eb = expressionBuilder<ReportingTables, 'message'>();
  const ways = waysIn(eb, wanted).length;
  return (
    ways <= MAX_WAYS && conditions(eb, wanted).length === Math.min(ways, wanted.filter.user === null ? 1 : 0)
  );
}

/** The ways in which a message can be wanted, each with an index in the list's order; the account's if there is none. */
function waysIn(eb: MessageExpression, { filter, conversations }: WantedMessages): Expression<SqlBool>[] {
  const { user, from, to, status_reason } = filter;
  if (user !== null) return waysToBeOf(eb, [user.id], user.addresses);
  const equals = (column: 'conversation_id' | 'from' | 'to' | 'status_reason') => (value: string) =>
    sql<SqlBool>`${sql.ref(column)} = ${value}`;
  if (conversations !== null) return conversations.map(equals('conversation_id'));
  if (to !== null) return to.map(equals('to'));
  if (status_reason !== null) return [equals('status_reason')(status_reason)];
  return from === null ? [] : from.map(equals('from'));
}

/**
 * The matches among so many messages next in the list, or in each way's part of it; where these parts end at different
 * places, up to the first of these. `isAll` when no part went on.
 */
async function nearest(
  db: Kysely<ReportingTables>,
  wanted: WantedMessages,
  { key, limit, reach }: Next & { reach: number },
): Promise<{ ids: MessageId[]; isAll: boolean }> {
  const { order, filter } = wanted;
  const eb = expressionBuilder<ReportingTables, 'message'>();
  const ways = waysIn(eb, wanted);
  const walked = ways.length > 0 && ways.length <= MAX_WAYS ? ways : [eb.lit(true)];
  const steps = Math.max(limit, Math.ceil(reach / walked.length));
  const matches = eb.and([
    ...conditions(eb, wanted),
    ...(filter.user !== null && walked !== ways ? [eb.or(ways)] : []),
  ]);
  const parts = walked.map((way) =>
    inOrder(behind(ofTime(ofAccount(db, wanted), filter), key, order).where(way), order)
      .select(['id', 'timestamp', matches.as('matches')])
      .limit(steps),
  );
  const { rows } = await sql<{ ids: MessageId[] | null; ends: number }>`
    with ${sql.join(parts.map((part, index) => sql`${named(index)} as materialized (${part})`))},
    ends as (${sql.join(
      parts.map((_, index) => lastOf(index, steps, order)),
      sql` union all `,
    )}),
    found as (
      select "timestamp", id from (${sql.join(
        parts.map((_, index) => sql`select "timestamp", id from ${named(index)} where matches`),
        sql` union `,
      )}) as f
      where not exists (select from ends where (f."timestamp", f.id) ${order === 'desc' ? sql`<` : sql`>`}
        (ends."timestamp", ends.id))
      order by "timestamp" ${sql.raw(order)}, id ${sql.raw(order)} limit ${limit}
    )
    select (select array_agg(id) from found) as ids, (select count(*) from ends) as ends`.execute(db);
  const [{ ids, ends } = { ids: null, ends: 0 }] = rows;
  return { ids: ids ?? [], isAll: ends === 0 };
}

const named = (index: number): RawBuilder<unknown> => sql.ref(`part_${index}`);

/** Where a part ends, if it goes on. */
function lastOf(index: number, steps: number, order: WantedMessages['order']): RawBuilder<unknown> {
  const back = sql.raw(order === 'desc' ? 'asc' : 'desc');
  return sql`(select "timestamp", id from ${named(index)}
    where (select count(*) from ${named(index)}) >= ${steps} order by "timestamp" ${back}, id ${back} limit 1)`;
}

/** The next of all that match, found by any index but that of the list's order. */
async function sorted(
  db: Kysely<ReportingTables>,
  wanted: WantedMessages,
  { key, limit }: Next,
): Promise<MessageId[]> {
  const { order, filter } = wanted;
  const eb = expressionBuilder<ReportingTables, 'message'>();
  const ways = filter.user === null ? [] : [eb.or(waysIn(eb, wanted))];
  const matching = behind(ofTime(ofAccount(db, wanted), filter), key, order).where(
    eb.and([...conditions(eb, wanted), ...ways, ...sayable(wanted)]),
  );
  const rows = await matching
    .select('id')
    .orderBy(sql`"timestamp" + interval '0 s'`, order)
    .orderBy('id', order)
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

/** That a message is among those that have all grams of what is asked for, or that nobody has looked at yet. */
function sayable({ account_id, filter }: WantedMessages): Expression<SqlBool>[] {
  const grams = gramsOf(account_id, [filter.q]);
  if (grams.length === 0) return [];
  return [
    sql<SqlBool>`id in (select id from searchable where grams @> ${grams}::int[]
      union all select unnest(messages) from unindexed)`,
  ];
}

/** Whether a status, a type or a direction is all that is asked for, besides the time: then statistics know when. */
function isOfKind(filter: MessageFilter): boolean {
  const { type: _, direction: __, status: ___, since: ____, until: _____, ...others } = filter;
  return Object.values(others).every((value) => value === null);
}

/** Hours of which only a part may be wanted: that in which the list goes on, and that in which it ends. */
const PARTIAL_HOURS = 2;

/** The next of what there is in few hours only, or in none, as the statistics tell. */
async function inHours(
  db: Kysely<ReportingTables>,
  wanted: WantedMessages,
  { key, limit }: Next,
): Promise<MessageId[]> {
  const { account_id, filter, order } = wanted;
  const { status, type, direction } = filter;
  const eb = expressionBuilder<ReportingTables, 'message'>();
  const after = key?.at ?? null;
  const [first, last] = order === 'desc' ? [null, after] : [after, null];
  const hour = (at: string | null, none: string) =>
    sql`coalesce(date_trunc('hour', ${at}::timestamptz, 'UTC'), ${none})`;
  const hours = sql`
    select at from stat_bucket
    where account_id = ${account_id} and kind = 'status' and span = 'hour' and count > 0
      and at >= greatest(${hour(filter.since, '-infinity')}, ${hour(first, '-infinity')})
      and at <= least(${hour(filter.until, 'infinity')}, ${hour(last, 'infinity')})
      and (${status}::text is null or key = ${status}) and (${type}::text is null or type = ${type})
      and (${direction}::text is null or direction = ${direction})
    group by at order by at ${sql.raw(order)} limit ${limit + PARTIAL_HOURS}`;
  const matching = inOrder(
    behind(ofTime(ofAccount(db, wanted), filter), key, order)
      .where(eb.and(conditions(eb, wanted)))
      .where(sql<SqlBool>`"timestamp" >= hours.at and "timestamp" < hours.at + interval '1 hour'`),
    order,
  )
    .select('id')
    .limit(limit);
  const { rows } = await sql<{ id: MessageId }>`
    select m.id from (${hours}) as hours cross join lateral (${matching}) as m limit ${limit}`.execute(db);
  return rows.map(({ id }) => id);
}

function ofAccount(db: Kysely<ReportingTables>, { account_id }: WantedMessages): Messages {
  return db.selectFrom('message').where('account_id', '=', account_id);
}
