import { available, prepared, type Executor } from '@parley/platform/db';

const selectDays = prepared<{ day: string }>(
  'webhook-log-days',
  `select to_char(to_date(right(c.relname, 8), 'YYYYMMDD'), 'YYYY-MM-DD') as day
   from pg_inherits i join pg_class c on c.oid = i.inhrelid
   where i.inhparent = 'webhook_log'::regclass and c.relname ~ '^webhook_log_\\d{8}$' order by 1`,
);
const addDay = prepared<{ added: boolean }>(
  'webhook-log-add-day',
  'select add_webhook_log_day($1::date) as added',
);
const dropDay = prepared('webhook-log-drop-day', 'select drop_webhook_log_day($1::date)');
const deleteRest = prepared<{ id: string }>(
  'webhook-log-rest',
  `delete from webhook_log_rest where ctid = any(array(
     select ctid from webhook_log_rest where received_at < $1::timestamptz limit $2))
   returning id`,
);

/** The days that have a partition, as `2026-01-15`, in order. Throws `Unavailable`. */
export async function loadDays(db: Executor): Promise<string[]> {
  const rows = await available(selectDays(db, []));
  return rows.map(({ day }) => day);
}

/** Makes the partition of a day; false when rows of that day are among the rest already. */
export async function makeDay(db: Executor, day: string): Promise<boolean> {
  const [row] = await addDay(db, [day]);
  return row?.added ?? false;
}

/** Drops the partition of a day with all that is in it. */
export async function forgetDay(db: Executor, day: string): Promise<void> {
  await dropDay(db, [day]);
}

/** Deletes up to `limit` rows from before an instant that are in no day's partition; returns how many. */
export async function forgetRest(db: Executor, before: string, limit: number): Promise<number> {
  return (await deleteRest(db, [before, limit])).length;
}
