import type { Stats, StatsQuery } from '@parley/contracts/requests/query-stats';
import type { RequestHandler } from '@parley/platform/bus';
import type { Kysely } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { loadStats } from './store.ts';

/** Answers accounts' statistics; what is asked for more than once is counted once. */
export function statsReader(db: Kysely<ReportingTables>): RequestHandler<StatsQuery, Stats> {
  return (queries) => {
    const counted = new Map<string, Promise<Stats>>();
    return Promise.all(
      queries.map((query) => {
        const key = JSON.stringify(query);
        const counting = counted.get(key) ?? loadStats(db, query);
        counted.set(key, counting);
        return counting;
      }),
    );
  };
}
