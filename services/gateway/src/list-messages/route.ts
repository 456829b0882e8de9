import { messageResource, shownMessage } from '@parley/contracts/http/message-resource';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import { listOf, type Operation } from '../describe-api/operation.ts';
import type { Owners } from '../owners.ts';
import { EMPTY, listReply } from '../page-lists/page.ts';
import { parameters, wantedMessages } from './decide.ts';

/** A page of the account's messages, newest first. */
export function listMessages({ queryMessages }: Pick<Owners, 'queryMessages'>): KeyedHandler {
  return async ({ query }, { account_id }) => {
    const { filter, order, page, list } = wantedMessages('messages', account_id, query);
    const result = filter === null ? EMPTY : await queryMessages({ account_id, filter, order, page });
    return listReply(result, page, list, messageResource);
  };
}

/** What it tells of itself. */
export const listMessagesDocs: Operation = {
  id: 'listMessages',
  summary: 'List messages, newest first',
  query: parameters,
  reply: { status: 200, is: 'A page.', schema: listOf(shownMessage) },
};
