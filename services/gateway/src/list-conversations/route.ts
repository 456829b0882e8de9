import type { AccountId } from '@parley/contracts/ids';
import { isUserName } from '@parley/contracts/user-name';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import { listOf, type Operation } from '../describe-api/operation.ts';
import { EMPTY, listReply } from '../page-lists/page.ts';
import { conversationResource, shownConversation } from '../read-conversation/decide.ts';
import type { ReadConversationOptions } from '../read-conversation/route.ts';
import { loadSettings } from '../read-conversation/store.ts';
import { selectUser } from '../read-user/store.ts';
import { parameters, wantedConversations } from './decide.ts';

/** A page of the account's conversations, all or those in which somebody takes part, newest activity first. */
export function listConversations({ owners, directory }: ReadConversationOptions): KeyedHandler {
  return async ({ query }, { account_id }) => {
    const { participant: name, isPossible, page, list } = wantedConversations(account_id, query);
    const participant = name === null ? null : await identitiesOf(directory, account_id, name);
    const found = isPossible
      ? await owners.queryConversations({ account_id, id: null, participant, page })
      : EMPTY;
    const settings = await loadSettings(directory.db, found.rows);
    return listReply(found, page, list, (row) => conversationResource(row, settings.get(row.id)));
  };
}

/** Whatever goes by this name: an address, and the user if there is one. */
async function identitiesOf(
  { db }: ReadConversationOptions['directory'],
  account_id: AccountId,
  name: string,
): Promise<string[]> {
  const user = isUserName(name) ? await selectUser(db, account_id, name) : null;
  return user === null ? [name] : [name, user.id];
}

/** What it tells of itself. */
export const listConversationsDocs: Operation = {
  id: 'listConversations',
  summary: 'List conversations, newest activity first',
  query: parameters,
  reply: { status: 200, is: 'A page.', schema: listOf(shownConversation) },
};
