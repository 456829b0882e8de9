import { messageResource } from '@parley/contracts/http/message-resource';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import type { Owners } from '../owners.ts';
import { EMPTY, listReply } from '../page-lists/page.ts';
import { wantedMessages } from './decide.ts';

/** A page of the account's messages, newest first. */
export function listMessages({ queryMessages }: Pick<Owners, 'queryMessages'>): KeyedHandler {
  return async ({ query }, { account_id }) => {
    const { filter, page, list } = wantedMessages('messages', account_id, query);
    const result = filter === null ? EMPTY : await queryMessages({ account_id, filter, page });
    return listReply(result, page, list, messageResource);
  };
}
