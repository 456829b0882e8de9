import { z } from 'zod';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import type { OwnDirectory } from '../change-directory/change.ts';
import { shownUser } from '../create-user/store.ts';
import { listOf, type Operation } from '../describe-api/operation.ts';
import { listReply, toPage } from '../page-lists/page.ts';
import { pagingParameters, readParameters } from '../page-lists/parameters.ts';
import { selectUsers } from './store.ts';

const parameters = z.strictObject(pagingParameters);

/** A page of the account's users, by name. */
export function listUsers({ db }: Pick<OwnDirectory, 'db'>): KeyedHandler {
  return async ({ query }, { account_id }) => {
    const list = { name: 'users', account_id, filter: null };
    const page = toPage(readParameters(parameters, query), list);
    return listReply(await selectUsers(db, account_id, page), page, list, (user) => user);
  };
}

/** What it tells of itself. */
export const listUsersDocs: Operation = {
  id: 'listUsers',
  summary: 'List users, by name',
  query: parameters,
  reply: { status: 200, is: 'A page.', schema: listOf(shownUser) },
};
