import { z } from 'zod';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
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
