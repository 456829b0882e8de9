import { stats } from '@parley/contracts/requests/query-stats';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import type { Operation } from '../describe-api/operation.ts';
import type { Owners } from '../owners.ts';
import { parameters, wantedStats } from './decide.ts';

/** The account's statistics, of all time and both directions unless the query says otherwise. */
export function queryStats(owners: Pick<Owners, 'queryStats'>): KeyedHandler {
  return async ({ query }, { account_id }) => {
    const wanted = wantedStats(account_id, { query, now: Date.now() });
    return { status: 200, body: await owners.queryStats(wanted) };
  };
}

/** What it tells of itself. */
export const queryStatsDocs: Operation = {
  id: 'queryStats',
  summary: 'Count messages',
  description:
    'Exactly, by their own time, of all time and both directions unless the query says otherwise; a message that is listed is counted.',
  query: parameters,
  reply: { status: 200, is: 'The counts.', schema: stats },
};
