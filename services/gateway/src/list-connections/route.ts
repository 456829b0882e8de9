import { accountId } from '@parley/contracts/ids';
import { connectionHealth, type ConnectionHealth } from '@parley/contracts/requests/query-connections';
import { text } from '@parley/contracts/text';
import { QueueFull, Unavailable } from '@parley/platform/runtime';
import { z } from 'zod';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import type { OwnDirectory } from '../change-directory/change.ts';
import { requireFirstAccount } from '../change-directory/require-first-account.ts';
import { isAccount } from '../change-directory/store.ts';
import type { Connection } from '../create-connection/store.ts';
import { shownConnection } from '../create-connection/store.ts';
import { listOf, type Operation } from '../describe-api/operation.ts';
import type { Owners } from '../owners.ts';
import { listReply, toPage } from '../page-lists/page.ts';
import { pagingParameters, readParameters } from '../page-lists/parameters.ts';
import { notFound } from '../read-fields.ts';
import { selectConnections } from './store.ts';

export interface ListConnectionsOptions {
  directory: Pick<OwnDirectory, 'db'>;
  owners: Pick<Owners, 'queryConnections'>;
}

const parameters = z.strictObject({ ...pagingParameters, account_id: text.pipe(accountId).optional() });

/** A page of the connections of the caller's account or, as the first account, of the one that is named. */
export function listConnections({ directory: { db }, owners }: ListConnectionsOptions): KeyedHandler {
  return async ({ query }, caller) => {
    const { account_id = caller.account_id, ...paging } = readParameters(parameters, query);
    if (account_id !== caller.account_id) {
      await requireFirstAccount(db, caller);
      if (!(await isAccount(db, account_id))) throw notFound('account');
    }
    const list = { name: 'connections', account_id, filter: null };
    const page = toPage(paging, list);
    const { rows, ...rest } = await selectConnections(db, account_id, page);
    const shown = await Promise.all(rows.map((row) => withHealth(row, owners)));
    return listReply({ ...rest, rows: shown }, page, list, (connection) => connection);
  };
}

type Health = { [Name in keyof Omit<ConnectionHealth, 'connection_id'>]: ConnectionHealth[Name] | null };
const NOT_KNOWN: Health = { breaker: null, paused_until: null, reason: null, waiting: null };

/** How a connection is doing is worth telling, but not worth failing for while nobody can say. */
async function withHealth(
  connection: Connection,
  owners: ListConnectionsOptions['owners'],
): Promise<Connection & Health> {
  try {
    const { connection_id: _, ...health } = await owners.queryConnections({ connection_id: connection.id });
    return { ...connection, ...health };
  } catch (error) {
    if (error instanceof Unavailable || error instanceof QueueFull) return { ...connection, ...NOT_KNOWN };
    throw error;
  }
}

/** Null while nobody can say. */
const health = {
  breaker: connectionHealth.shape.breaker.nullable(),
  paused_until: connectionHealth.shape.paused_until,
  reason: connectionHealth.shape.reason,
  waiting: connectionHealth.shape.waiting.nullable(),
};

/** What it tells of itself. */
export const listConnectionsDocs: Operation = {
  id: 'listConnections',
  summary: 'List connections, and how they are doing',
  query: parameters,
  problems: ['not_found'],
  reply: { status: 200, is: 'A page.', schema: listOf(shownConnection.extend(health)) },
};
