import type { MessageId } from '@parley/contracts/ids';
import type { Keyset } from '@parley/contracts/requests/paging';
import type { MessageFilter } from '@parley/contracts/requests/query-messages';
import type { Found } from '@parley/platform/db';
import { sql, type Kysely, type SqlBool } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { allOf, behind, conditions, inOrder, ofAccount, ofTime, type WantedMessages } from './conditions.ts';
import { isEdge, type Hour } from './decide.ts';

/** Whether a status, a type or a direction is all that is asked for, besides the time: then statistics know when. */
export function isOfKind(filter: MessageFilter): boolean {
  const { type: _, direction: __, status: ___, since: ____, until: _____, ...others } = filter;
  return Object.values(others).every((value) => value === null);
}

/** The next hours, in the list's order, in which the statistics have what is wanted; some of it may be before the key. */
export async function loadHours(
  db: Kysely<ReportingTables>,
  { account_id, filter, order }: WantedMessages,
  { key, most }: { key: Keyset | null; most: number },
): Promise<Hour[]> {
  const { status, type, direction } = filter;
  const after = key?.at ?? null;
  const [first, last] = order === 'desc' ? [null, after] : [after, null];
  // Else a page that ended between two hours would begin with the one behind it, and never get on.
  const isPassed = order === 'desc' && key !== null && isEdge(key);
  const hour = (at: string | null, none: string) =>
    sql`coalesce(date_trunc('hour', ${at}::timestamptz, 'UTC'), ${none})`;
  const ofHours = sql`account_id = ${account_id} and kind = 'status' and span = 'hour'`;
  const { rows } = await sql<Hour>`
    with hours as (
      select at from stat_bucket
      where ${ofHours} and count > 0
        and at >= greatest(${hour(filter.since, '-infinity')}, ${hour(first, '-infinity')})
        and at <= least(${hour(filter.until, 'infinity')}, ${hour(last, 'infinity')})
        and not (${isPassed}::boolean and at >= ${after}::timestamptz)
        and (${status}::text is null or key = ${status}) and (${type}::text is null or type = ${type})
        and (${direction}::text is null or direction = ${direction})
      group by at order by at ${sql.raw(order)} limit ${most}
    )
    select hours.at, (sum(total.count) over (order by hours.at ${sql.raw(order)}))::bigint as so_far
    from hours cross join lateral (
      select sum(count) as count from stat_bucket as s where ${ofHours} and s.at = hours.at
    ) as total
    order by hours.at ${sql.raw(order)}`.execute(db);
  return rows;
}

/** The first `limit` that are wanted in these hours. */
export async function inHours(
  db: Kysely<ReportingTables>,
  wanted: WantedMessages,
  { key, limit, hours }: { key: Keyset | null; limit: number; hours: readonly Hour[] },
): Promise<Found<MessageId>['rows']> {
  const { filter, order } = wanted;
  const matching = inOrder(
    behind(ofTime(ofAccount(db, wanted), filter), key, order)
      .where(allOf(conditions(wanted)))
      .where(sql<SqlBool>`"timestamp" >= hours.at and "timestamp" < hours.at + interval '1 hour'`),
    order,
  )
    .select('id')
    .limit(limit);
  // What depends on each hour can only be read hour by hour, so it comes in the hours' order and ends at the limit.
  const { rows } = await sql<{ id: MessageId }>`
    select m.id from unnest(${hours.map(({ at }) => at)}::timestamptz[]) as hours(at)
    cross join lateral (${matching}) as m limit ${limit}`.execute(db);
  return rows.map(({ id }) => id);
}
