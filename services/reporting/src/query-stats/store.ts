import type { Stats, StatsQuery } from '@parley/contracts/requests/query-stats';
import { available, prepared } from '@parley/platform/db';
import type { Kysely, Transaction } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { countSenders, type CoverText } from './senders-store.ts';
import { coverOf, type Cover, type Period } from './decide.ts';
import { percentile, type Latencies } from './percentile.ts';

/** The first and the last day with messages, by which it is decided how to count. */
const readExtent = prepared<{ first: string | null; last: string | null }>(
  'stats-extent',
  `select
     (select at from stat_bucket where account_id = $1 and kind = 'status' and span = 'day' order by at limit 1) as first,
     (select at from stat_bucket where account_id = $1 and kind = 'status' and span = 'day' order by at desc limit 1) as last`,
);

const MATCHES = '($4::text is null or direction = $4) and ($5::text is null or type = $5)';

/** Buckets of one kind; $2 are the ranges. Each range is read from the index: nothing is joined as a whole. */
const buckets = (kind: string): string => `
  jsonb_to_recordset($2::jsonb) as r(kind text, span text, since timestamptz, until timestamptz, sign int)
  cross join lateral (
    select * from stat_bucket as s where s.account_id = $1 and s.kind = '${kind}' and s.span = r.span
      and s.at >= r.since and s.at < r.until and ${MATCHES} offset 0) as b
  where r.kind = '${kind}'`;

type Counted = Omit<Stats, 'delivery_latency' | 'top_senders' | 'senders_count'> & { latencies: Latencies };

const countMessages = prepared<Counted>(
  'query-stats',
  `with edge as materialized (
     select m.* from jsonb_to_recordset($3::jsonb) as e(since timestamptz, until timestamptz) cross join lateral (
       select "timestamp", status, direction, type, latency_bucket(created_at, send_at, delivered_at) as latency
       from message where account_id = $1 and "timestamp" >= e.since and "timestamp" < e.until and ${MATCHES}
       offset 0) as m),
   -- In one pass by each of what is told, and all together; by says which columns a row is not of.
   counted as materialized (
     select grouping(date, status, direction, type) as by, date, status, direction, type,
       sum(count)::bigint as count, min(first_at) as first_at, max(last_at) as last_at
     from (
       select (at at time zone 'UTC')::date as date, key as status, direction, type, count, first_at, last_at
       from ${buckets('status')}
       union all
       select ("timestamp" at time zone 'UTC')::date, status, direction, type, 1, "timestamp", "timestamp" from edge) as one
     group by grouping sets ((date), (status), (direction), (type), ())
     having sum(count) > 0),
   latency as (
     select key::int as bucket, sum(count)::bigint as count
     from (select key, count * sign as count from ${buckets('latency')}
       union all select latency::text, 1 from edge where latency is not null) as one
     group by 1 having sum(count) > 0)
   select
     coalesce((select count from counted where by = b'1111'::int), 0) as total,
     coalesce((select json_agg(json_build_object('date', date, 'count', count) order by date)
       from counted where by = b'0111'::int), '[]') as by_day,
     ${countedBy('status', '1011')}, ${countedBy('direction', '1101')}, ${countedBy('type', '1110')},
     (select first_at from counted where by = b'1111'::int) as first_message_at,
     (select last_at from counted where by = b'1111'::int) as last_message_at,
     coalesce((select json_agg(l order by bucket) from latency as l), '[]') as latencies`,
);

/** Counts an account's messages of a period, of all that was committed at one moment. Throws `Unavailable`. */
export function loadStats(db: Kysely<ReportingTables>, query: StatsQuery): Promise<Stats> {
  const reading = db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only');
  return available(reading.execute((trx) => countAll(trx, query)));
}

async function countAll(trx: Transaction<ReportingTables>, query: StatsQuery): Promise<Stats> {
  const { account_id, direction, type } = query;
  const [found] = await readExtent(trx, [account_id]);
  const extent = { since: instantOf(found?.first, 0), until: instantOf(found?.last, 0) + DAY_MS };
  const wanted = { since: instantOf(query.since, -Infinity), until: instantOf(query.until, Infinity) };
  const cover = asText(coverOf(wanted, extent));
  const [counted] = await countMessages(trx, [account_id, cover.ranges, cover.edges, direction, type]);
  if (counted === undefined) throw new Error('a question without from always has one row');
  const { latencies, ...stats } = counted;
  return {
    ...stats,
    ...(await countSenders(trx, query, cover)),
    delivery_latency: {
      count: latencies.reduce((sum, { count }) => sum + count, 0),
      p50_ms: percentile(latencies, 0.5),
      p95_ms: percentile(latencies, 0.95),
    },
  };
}

const DAY_MS = 24 * 3_600_000;
const LAST_YEAR_MS = Date.parse('9999-12-31T23:59:59.999Z');
const FIRST_YEAR_MS = Date.parse('0001-01-01T00:00:00.000Z');

function countedBy(what: 'status' | 'type' | 'direction', by: string): string {
  return `coalesce((select json_object_agg(${what}, count order by ${what})
    from counted where by = b'${by}'::int), '{}') as by_${what}`;
}

function instantOf(instant: string | null | undefined, otherwise: number): number {
  return instant == null ? otherwise : Date.parse(instant);
}

/** As PostgreSQL reads it. */
function asText(cover: Cover): CoverText {
  const written = (periods: readonly Period[]): string =>
    JSON.stringify(
      periods.map((period) => ({ ...period, since: timeOf(period.since), until: timeOf(period.until) })),
    );
  return {
    ranges: written(cover.ranges),
    unpacked: written(cover.unpacked),
    edges: written(cover.edges),
  };
}

function timeOf(at: number): string {
  if (at > LAST_YEAR_MS) return 'infinity';
  return at < FIRST_YEAR_MS ? '-infinity' : new Date(at).toISOString();
}
