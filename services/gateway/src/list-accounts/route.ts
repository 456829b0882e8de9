import { z } from 'zod';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import type { OwnDirectory } from '../change-directory/change.ts';
import { requireFirstAccount } from '../change-directory/require-first-account.ts';
import { shownAccount } from '../create-account/store.ts';
import { listOf, type Operation } from '../describe-api/operation.ts';
import { listReply, toPage } from '../page-lists/page.ts';
import { pagingParameters, readParameters } from '../page-lists/parameters.ts';
import { selectAccounts } from './store.ts';

const parameters = z.strictObject(pagingParameters);

/** A page of all accounts, for the first account only. */
export function listAccounts({ db }: Pick<OwnDirectory, 'db'>): KeyedHandler {
  return async ({ query }, caller) => {
    await requireFirstAccount(db, caller);
    const list = { name: 'accounts', account_id: caller.account_id, filter: null };
    const page = toPage(readParameters(parameters, query), list);
    return listReply(await selectAccounts(db, page), page, list, (account) => account);
  };
}

/** What it tells of itself. */
export const listAccountsDocs: Operation = {
  id: 'listAccounts',
  summary: 'List accounts',
  query: parameters,
  reply: { status: 200, is: 'A page.', schema: listOf(shownAccount) },
};
