import { prepared, type Executor } from '../db/prepared.ts';
import type { Metrics } from '../runtime/metrics.ts';

const MEASURE_INTERVAL_MS = 1_000;

/** Due rows are counted no further. */
const MAX_COUNTED = 10_000;

const selectLag = prepared<{ seconds: number; due: number }>(
  'outbox-lag',
  `select coalesce(greatest(extract(epoch from now() - least(
     (select min(available_at) from outbox),
     (select min(due_since) from outbox where due_since is not null)
   )), 0), 0)::float as seconds,
   (select count(*) from (select from outbox where available_at <= now() limit $1) as due) as due`,
);

/** Makes the function that measures the lag of an outbox into its gauges, once a second however often it is called. */
export function lagGauge(db: Executor, metrics: Metrics): () => Promise<void> {
  const gauge = metrics.gauge(
    'outbox_lag_seconds',
    'For how long the oldest due row of the outbox has been waiting',
  );
  const due = metrics.gauge('outbox_due_rows', 'Due rows of the outbox, counted up to 10,000');
  let nextAt = 0;
  return async () => {
    if (performance.now() < nextAt) return;
    nextAt = performance.now() + MEASURE_INTERVAL_MS;
    const [row] = await selectLag(db, [MAX_COUNTED]);
    gauge.set(row?.seconds ?? 0);
    due.set(row?.due ?? 0);
  };
}
