import type { KeyedHandler } from '../authenticate/authenticate.ts';
import type { OwnDirectory } from '../change-directory/change.ts';
import type { Operation } from '../describe-api/operation.ts';
import type { Owners } from '../owners.ts';
import { conversationResource, shownConversation } from './decide.ts';
import { conversationIdIn, findConversation } from './find-conversation.ts';
import { loadSettings } from './store.ts';

export interface ReadConversationOptions {
  owners: Pick<Owners, 'queryConversations'>;
  directory: Pick<OwnDirectory, 'db'>;
}

/** One conversation of the account. */
export function readConversation({ owners, directory }: ReadConversationOptions): KeyedHandler {
  return async ({ params }, { account_id }) => {
    const conversation = await findConversation(owners, account_id, conversationIdIn(params));
    const settings = await loadSettings(directory.db, [conversation]);
    return { status: 200, body: conversationResource(conversation, settings.get(conversation.id)) };
  };
}

/** What it tells of itself. */
export const readConversationDocs: Operation = {
  id: 'readConversation',
  summary: 'Read a conversation',
  reply: { status: 200, is: 'The conversation.', schema: shownConversation },
};
