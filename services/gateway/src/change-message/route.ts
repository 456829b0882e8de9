import { shownMessage } from '@parley/contracts/http/message-resource';
import { formatMessageId, newRowId } from '@parley/contracts/ids';
import type { ChangeItem, ChangeReply } from '@parley/contracts/requests/change-messages';
import { Problem, readJson, type HttpReply, type HttpRequest } from '@parley/platform/http';
import { actOf } from '../audit-acts/act.ts';
import type { Audit } from '../audit-acts/audit.ts';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import type { Caller } from '../authenticate/decide.ts';
import { type Operation, NO_BODY } from '../describe-api/operation.ts';
import type { Owners } from '../owners.ts';
import { MAX_BODY_BYTES, notFound, readFields, readNothing } from '../read-fields.ts';
import { firstFound } from '../read-message/decide.ts';
import { messageIdIn } from '../read-message/message-id-in.ts';
import { resolveRequest, toReply, unlessForeign } from './decide.ts';

/** What changing messages needs; what an operator does is noted. */
export interface ChangeOptions {
  owners: Owners;
  audit: Audit;
}

/** Cancels what is scheduled or queued: 200 with the message, also the second time. */
export function cancelMessage({ owners }: Pick<ChangeOptions, 'owners'>): KeyedHandler {
  return async (request, caller) => {
    await readNothing(request);
    const item = itemOf(request, caller);
    return replyOf(await owners.cancelMessages(item), item, owners);
  };
}

/** Sends once more what ended without being delivered. */
export function redriveMessage({ owners, audit }: ChangeOptions): KeyedHandler {
  return async (request, caller) => {
    await readNothing(request);
    const item = itemOf(request, caller);
    const act = actOf(caller, 'message.redrive', { subject: formatMessageId(item.message_id) });
    return audit(act, async () => replyOf(await owners.redriveMessages(item), item, owners));
  };
}

/** Settles a held message by what a person found out. */
export function resolveMessage({ owners, audit }: ChangeOptions): KeyedHandler {
  return async (request, caller) => {
    const { outcome } = readFields(resolveRequest, await readJson(request, MAX_BODY_BYTES));
    const item = { ...itemOf(request, caller), outcome };
    const subject = formatMessageId(item.message_id);
    const act = actOf(caller, 'message.resolve', { subject, details: { outcome } });
    return audit(act, async () => replyOf(await owners.resolveMessages(item), item, owners));
  };
}

/** Marks an inbound or a chat message as read: 200 with the message, also the second time. */
export function markMessageRead({ owners }: Pick<ChangeOptions, 'owners'>): KeyedHandler {
  return async (request, caller) => {
    await readNothing(request);
    const item = itemOf(request, caller);
    const asked = [owners.markDispatcherMessagesRead(item), owners.markIngestMessagesRead(item)];
    const reply = await firstFound(asked.map(async (answer) => unlessForeign(await answer)));
    if (reply === null) throw notFound('message');
    return toReply(reply);
  };
}

/** The answer of who owns what is sent. A message that it does not have may have come in: that one is there, too. */
async function replyOf(
  reply: ChangeReply,
  { account_id, message_id }: ChangeItem,
  owners: Pick<Owners, 'readIngestMessages'>,
): Promise<HttpReply> {
  if (unlessForeign(reply) === null && (await owners.readIngestMessages({ account_id, message_id })) !== null)
    throw new Problem('conflict', 'It is inbound: only what is sent from here can be changed so.');
  return toReply(reply);
}

function itemOf({ params }: HttpRequest, { account_id, key_id: by }: Caller): ChangeItem {
  return { account_id, message_id: messageIdIn(params), by, request_id: newRowId() };
}

const CHANGED = { status: 200, is: 'The message as it stands.', schema: shownMessage } as const;

/** What each tells of itself. */
export const cancelMessageDocs: Operation = {
  id: 'cancelMessage',
  summary: 'Cancel what is scheduled or queued',
  body: NO_BODY,
  reply: CHANGED,
  problems: ['not_cancelable', 'conflict', 'outcome_unknown'],
};
export const redriveMessageDocs: Operation = {
  id: 'redriveMessage',
  summary: 'Send once more what ended without being delivered',
  body: NO_BODY,
  reply: CHANGED,
  problems: ['conflict', 'recipient_opted_out', 'outcome_unknown'],
};
export const resolveMessageDocs: Operation = {
  id: 'resolveMessage',
  summary: 'Tell what a person found out about a held message',
  body: {
    schema: resolveRequest,
    examples: { 'It was sent': { outcome: 'sent' }, 'It was not': { outcome: 'not_sent' } },
  },
  reply: CHANGED,
  problems: ['conflict', 'outcome_unknown'],
};
export const markMessageReadDocs: Operation = {
  id: 'markMessageRead',
  summary: 'Mark an inbound or a chat message as read',
  body: NO_BODY,
  reply: CHANGED,
  problems: ['conflict', 'outcome_unknown'],
};
