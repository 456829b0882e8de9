import { z } from 'zod';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import type { OwnDirectory } from '../change-directory/change.ts';
import { listReply, toPage } from '../page-lists/page.ts';
import { pagingParameters, readParameters } from '../page-lists/parameters.ts';
import { selectSenders } from './store.ts';

const parameters = z.strictObject(pagingParameters);

/** A page of the senders that the account may use. */
export function listSenders({ db }: Pick<OwnDirectory, 'db'>): KeyedHandler {
  return async ({ query }, { account_id }) => {
    const list = { name: 'senders', account_id, filter: null };
    const page = toPage(readParameters(parameters, query), list);
    return listReply(await selectSenders(db, account_id, page), page, list, (sender) => sender);
  };
}
