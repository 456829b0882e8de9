import { available } from '../db/failures.ts';
import { prepared, type Executor } from '../db/prepared.ts';
import type { Service } from '../runtime/service.ts';
import type { Part } from '../runtime/part.ts';
import { repeat } from '../runtime/repeat.ts';

const INTERVAL_MS = 5_000;
/** They are counted no further. */
const MAX_COUNTED = 10_000;

const countRows = prepared<{ count: number }>(
  'count-dead-letters',
  'select count(*) as count from (select from dead_letter limit $1) as counted',
);

/** The part that shows how many dead letters a service has: bus messages that it could not handle. */
export function deadLetterGauge(
  db: Executor,
  { metrics, logger }: Pick<Service, 'metrics' | 'logger'>,
): Part {
  const gauge = metrics.gauge('dead_letters', 'Bus messages that could not be handled, counted up to 10,000');
  return repeat({
    name: 'count dead letters',
    intervalMs: INTERVAL_MS,
    logger,
    run: async () => {
      const [row] = await available(countRows(db, [MAX_COUNTED]));
      gauge.set(row?.count ?? 0);
      return false;
    },
  });
}
