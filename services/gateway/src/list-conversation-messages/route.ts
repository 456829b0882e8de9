import { messageResource, shownMessage } from '@parley/contracts/http/message-resource';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import { listOf, type Operation } from '../describe-api/operation.ts';
import { parameters, wantedMessages } from '../list-messages/decide.ts';
import type { Owners } from '../owners.ts';
import { EMPTY, listReply } from '../page-lists/page.ts';
import { conversationIdIn, findConversation } from '../read-conversation/find-conversation.ts';
import { within } from './decide.ts';

type Queries = Pick<Owners, 'queryMessages' | 'queryConversations'>;

/** A page of a conversation's messages, newest first; takes the filters of every list of messages. */
export function listConversationMessages(owners: Queries): KeyedHandler {
  return async ({ params, query }, { account_id }) => {
    const id = conversationIdIn(params);
    const { filter, order, page, list } = wantedMessages(`conversations/${id}/messages`, account_id, query);
    const inside = within(id, filter);
    const [messages] = await Promise.all([
      inside === null ? EMPTY : owners.queryMessages({ account_id, filter: inside, order, page }),
      findConversation(owners, account_id, id),
    ]);
    return listReply(messages, page, list, messageResource);
  };
}

/** What it tells of itself. */
export const inConversationDocs: Operation = {
  id: 'listConversationMessages',
  summary: 'List the messages of a conversation, newest first',
  query: parameters,
  reply: { status: 200, is: 'A page.', schema: listOf(shownMessage) },
};
