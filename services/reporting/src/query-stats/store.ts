import type { AccountId } from '@parley/contracts/ids';
import type { Stats } from '@parley/contracts/requests/query-stats';
import { available, prepared, type Executor } from '@parley/platform/db';

const TOP_SENDERS = 10;

const countBuckets = prepared<Stats>(
  'query-stats',
  `with bucket as materialized (
     select day, "from", type, status, count from stat_bucket where account_id = $1 and count > 0),
   by_day as (select day as date, sum(count)::bigint as count from bucket group by day),
   by_sender as (
     select "from", sum(count)::bigint as count from bucket group by "from" order by 2 desc, "from" collate "C" limit ${TOP_SENDERS}),
   by_status as (select status, sum(count)::bigint as count from bucket group by status),
   by_type as (select type, sum(count)::bigint as count from bucket group by type)
   select
     coalesce((select sum(count) from by_day), 0)::bigint as total,
     coalesce((select json_agg(d order by d.date) from by_day as d), '[]') as by_day,
     coalesce((select json_agg(s order by s.count desc, s."from" collate "C") from by_sender as s), '[]') as top_senders,
     coalesce((select json_object_agg(status, count order by status) from by_status), '{}') as by_status,
     coalesce((select json_object_agg(type, count order by type) from by_type), '{}') as by_type`,
);

/** The statistics of an account without messages. */
export const NO_STATS: Stats = { total: 0, by_day: [], top_senders: [], by_status: {}, by_type: {} };

/** Counts all of an account's messages, at one moment. Throws `Unavailable`. */
export async function loadStats(db: Executor, account: AccountId): Promise<Stats> {
  const [stats] = await available(countBuckets(db, [account]));
  return stats ?? NO_STATS;
}
