/** The hour of a message's own time; binned, because that needs no calendar. */
const HOUR = `date_bin('1 hour', "timestamp", timestamptz '2000-01-01 00:00:00+00') as hour`;

/** Messages that went the same way are counted before anything else: most of a batch do. */
const STATUS_CHANGES = `
  select account_id, 'status' as kind, hour, part.key, direction, type, sum(part.count) as count,
    min(part.first_at) as first_at, max(part.last_at) as last_at
  from (
    select account_id, ${HOUR}, direction, type, status, case when was_counted then old_status end as old_status,
      count(*) as count, min("timestamp") filter (where not was_counted) as first_at,
      max("timestamp") filter (where not was_counted) as last_at
    from counted group by 1, 2, 3, 4, 5, 6) as way
  cross join lateral (values (status, count, first_at, last_at), (old_status, -count, null, null))
    as part(key, count, first_at, last_at)
  where part.key is not null
  group by 1, 2, 3, 4, 5, 6
  having sum(part.count) <> 0 or min(part.first_at) is not null`;

const SENDER_CHANGES = `
  select account_id, ${HOUR}, "from" as sender, direction, type, count(*) as count
  from counted where not was_counted
  group by 1, 2, 3, 4, 5`;

/** How often, and which, a delivery became known or turned out to be another one. */
const LATENCY_CHANGES = `
  select account_id, 'latency', ${HOUR}, latency_bucket(created_at, send_at, told.delivered_at)::text, direction, type,
    sum(told.count), null, null
  from counted as c cross join lateral
    (values (c.delivered_at, 1), (case when was_counted then c.old_delivered_at end, -1)) as told(delivered_at, count)
  where told.delivered_at is not null and (not was_counted or c.delivered_at is distinct from c.old_delivered_at)
  group by 1, 2, 3, 4, 5, 6
  having sum(told.count) <> 0`;

/**
 * What messages add to and take from the statistics, hour by hour: the difference between before and after. A message
 * that was counted before keeps its sender, its own time and when it was due.
 */
export const CHANGES = `${STATUS_CHANGES} union all ${LATENCY_CHANGES}`;

/** In which spans each kind is counted. An hour's row answers for any part of it; the longer ones spare reading many. */
const SPANS = `(values
  ('status', 'hour', hour), ('status', 'day', date_trunc('day', hour, 'UTC')),
  ('latency', 'hour', hour), ('latency', 'day', date_trunc('day', hour, 'UTC')),
  ('latency', 'month', date_trunc('month', hour, 'UTC'))) as s(kind, span, at)`;

/** Buckets by which the changes raise or lower the statistics, each once and sorted by its key. */
const BUCKETS = `
  select account_id, kind, s.span, s.at, key, direction, type, sum(count)::bigint as count, min(first_at) as first_at,
    max(last_at) as last_at
  from change as c join lateral ${SPANS} using (kind)
  group by 1, 2, 3, 4, 5, 6, 7
  having sum(count) <> 0 or min(first_at) is not null
  order by 1, 2, 3, 4, 5, 6, 7`;

/** Adds the changes. */
export const UPSERT_STATISTICS = `
  insert into stat_bucket as b (account_id, kind, span, at, key, direction, type, count, first_at, last_at)
  ${BUCKETS}
  on conflict (account_id, kind, span, at, key, direction, type) do update set count = b.count + excluded.count,
    first_at = least(b.first_at, excluded.first_at), last_at = greatest(b.last_at, excluded.last_at)`;

/** Adds to the hours of senders; what is longer is made of them in `pack-senders/`. */
export const UPSERT_SENDERS = `
  insert into sender_bucket as b (account_id, hour, sender, direction, type, count)
  select * from (${SENDER_CHANGES}) as c order by 1, 2, 3, 4, 5
  on conflict (account_id, hour, sender, direction, type) do update set count = b.count + excluded.count`;

/** Every span in which the messages of an hour are counted by their senders. */
const SENDER_SPANS = `(values ('hour', hour), ('day', date_trunc('day', hour, 'UTC')),
  ('month', date_trunc('month', hour, 'UTC')), ('ever', '-infinity')) as s(span, at)`;

const ALL = 'account_id, kind, span, at, key, direction, type, count, first_at, last_at';

/** What is counted, of whichever span, by whatever. */
export const STORED_STATISTICS = `
  select ${ALL} from stat_bucket where count <> 0
  union all
  select account_id, 'sender', span, at, sender, direction, type, sum(count)::bigint, null, null
  from (
    select account_id, s.span, s.at, sender, direction, type, count
    from sender_bucket cross join lateral ${SENDER_SPANS}
    union all
    select p.account_id, p.span, p.at, coalesce(n.sender, 'number ' || one.number), p.direction, p.type, one.count
    from sender_pack as p cross join lateral unpacked(p.counts) as one
      left join sender_number as n on n.account_id = p.account_id and n.number = one.number) as part
  group by 1, 3, 4, 5, 6, 7`;

/** The same, counted from the messages alone. */
export const RECOUNTED_STATISTICS = `
  with counted as materialized (
    select *, false as was_counted, null::text as old_status, null::timestamptz as old_delivered_at
    from message where account_id is not null),
  change as materialized (${CHANGES}),
  from_sender as materialized (${SENDER_CHANGES}),
  bucket as (${BUCKETS})
  select ${ALL} from bucket
  union all
  select account_id, 'sender', s.span, s.at, sender, direction, type, sum(count)::bigint, null, null
  from from_sender cross join lateral ${SENDER_SPANS}
  group by 1, 3, 4, 5, 6, 7`;
