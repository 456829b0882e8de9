import { z } from 'zod';
import { shownSender } from '../add-sender/store.ts';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import type { OwnDirectory } from '../change-directory/change.ts';
import { listOf, type Operation } from '../describe-api/operation.ts';
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

/** What it tells of itself. */
export const listSendersDocs: Operation = {
  id: 'listSenders',
  summary: 'List the senders that may be used',
  query: parameters,
  reply: { status: 200, is: 'A page.', schema: listOf(shownSender) },
};
