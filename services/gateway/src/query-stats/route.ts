import { stats } from '@parley/contracts/requests/query-stats';
import { z } from 'zod';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import type { Operation } from '../describe-api/operation.ts';
import type { Owners } from '../owners.ts';
import { readParameters } from '../page-lists/parameters.ts';

const parameters = z.strictObject({});

/** The account's statistics over all time, both directions. */
export function queryStats(owners: Pick<Owners, 'queryStats'>): KeyedHandler {
  return async ({ query }, { account_id }) => {
    readParameters(parameters, query);
    return { status: 200, body: await owners.queryStats({ account_id }) };
  };
}

/** What it tells of itself. */
export const queryStatsDocs: Operation = {
  id: 'queryStats',
  summary: 'Count messages',
  query: parameters,
  reply: { status: 200, is: 'The counts.', schema: stats },
};
