import { z } from 'zod';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import type { Owners } from '../owners.ts';
import { listReply, toPage } from '../page-lists/page.ts';
import { pagingParameters, readParameters } from '../page-lists/parameters.ts';
import { conversationResource } from './decide.ts';

const parameters = z.strictObject(pagingParameters);

/** A page of the account's conversations, newest activity first. */
export function listConversations({ queryConversations }: Pick<Owners, 'queryConversations'>): KeyedHandler {
  return async ({ query }, { account_id }) => {
    const list = { name: 'conversations', account_id, filter: null };
    const page = toPage(readParameters(parameters, query), list);
    const result = await queryConversations({ account_id, id: null, page });
    return listReply(result, page, list, conversationResource);
  };
}
