import { messageResource } from '@parley/contracts/http/message-resource';
import { conversationId } from '@parley/contracts/ids';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import { wantedMessages } from '../list-messages/decide.ts';
import type { Owners } from '../owners.ts';
import { EMPTY, listReply } from '../page-lists/page.ts';
import { notFound } from '../read-fields.ts';
import { within } from './decide.ts';

type Queries = Pick<Owners, 'queryMessages' | 'queryConversations'>;

const ONE = { style: 'keyset', after: null, limit: 1 } as const;

/** A page of a conversation's messages, newest first; takes the filters of every list of messages. */
export function listConversationMessages({ queryMessages, queryConversations }: Queries): KeyedHandler {
  return async ({ params, query }, { account_id }) => {
    const id = conversationId.safeParse(params['id']?.toLowerCase()).data;
    if (id === undefined) throw notFound('conversation');
    const { filter, page, list } = wantedMessages(`conversations/${id}/messages`, account_id, query);
    const inside = within(id, filter);
    const [conversations, messages] = await Promise.all([
      queryConversations({ account_id, id, page: ONE }),
      inside === null ? EMPTY : queryMessages({ account_id, filter: inside, page }),
    ]);
    if (conversations.rows.length === 0) throw notFound('conversation');
    return listReply(messages, page, list, messageResource);
  };
}
