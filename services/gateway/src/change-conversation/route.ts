import { inTransaction } from '@parley/platform/db';
import { readJson } from '@parley/platform/http';
import { actOf } from '../audit-acts/act.ts';
import { insertAct } from '../audit-acts/store.ts';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import type { Operation } from '../describe-api/operation.ts';
import { conversationResource, shownConversation } from '../read-conversation/decide.ts';
import { conversationIdIn, findConversation } from '../read-conversation/find-conversation.ts';
import type { ReadConversationOptions } from '../read-conversation/route.ts';
import { MAX_BODY_BYTES, readFields } from '../read-fields.ts';
import { changeConversationRequest } from './decide.ts';
import { saveSetting } from './store.ts';

/** Names, closes or opens a conversation: 200 and what it is then. */
export function changeConversation({ owners, directory }: ReadConversationOptions): KeyedHandler {
  return async (request, caller) => {
    const change = readFields(changeConversationRequest, await readJson(request, MAX_BODY_BYTES));
    const id = conversationIdIn(request.params);
    const conversation = await findConversation(owners, caller.account_id, id);
    const details = { fields: Object.keys(change) };
    const act = actOf(caller, 'conversation.change', { subject: conversation.id, details });
    const setting = await inTransaction(directory.db, async (trx) => {
      await insertAct(trx, act);
      return saveSetting(trx, conversation, change);
    });
    return { status: 200, body: conversationResource(conversation, setting) };
  };
}

/** What it tells of itself. */
export const changeConversationDocs: Operation = {
  id: 'changeConversation',
  summary: 'Name, close or open a conversation',
  body: {
    schema: changeConversationRequest,
    examples: { 'A name': { title: 'Order 1024' }, 'Nothing more to do': { status: 'closed' } },
  },
  reply: { status: 200, is: 'The conversation as it is now.', schema: shownConversation },
};
