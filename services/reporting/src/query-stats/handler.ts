import type { Stats, StatsQuery } from '@parley/contracts/requests/query-stats';
import type { RequestHandler } from '@parley/platform/bus';
import type { Executor } from '@parley/platform/db';
import { loadStats, NO_STATS } from './store.ts';

/** Answers accounts' statistics; an account that is asked for more than once is counted once. */
export function statsReader(db: Executor): RequestHandler<StatsQuery, Stats> {
  return async (queries) => {
    const accounts = [...new Set(queries.map((query) => query.account_id))];
    const loaded = await Promise.all(accounts.map((account) => loadStats(db, account)));
    const stats = new Map(accounts.map((account, index) => [account, loaded[index]]));
    return queries.map((query) => stats.get(query.account_id) ?? NO_STATS);
  };
}
