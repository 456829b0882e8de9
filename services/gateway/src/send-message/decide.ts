import { messageResource, shownMessage } from '@parley/contracts/http/message-resource';
import { conversationId, formatMessageId, newMessageId } from '@parley/contracts/ids';
import type { AcceptItem, AcceptReply, Idempotency } from '@parley/contracts/requests/accept-messages';
import type { ProblemCode } from '@parley/contracts/http/problem';
import { Problem, type HttpReply, type Traced } from '@parley/platform/http';
import { z } from 'zod';
import type { Caller } from '../authenticate/decide.ts';
import type { PreparedMessage } from '../prepare-messages/prepare.ts';
import { referenceIn } from './idempotency-key.ts';

/** Where a message to send comes from. */
export interface SendContext {
  caller: Caller;
  idempotency: Idempotency | null;
  trace: Traced;
}

/** What is to be accepted: a message with an id of its own for each recipient. */
export function toAcceptItem(
  { request, conversation_id }: PreparedMessage,
  { caller, idempotency, trace }: SendContext,
): AcceptItem {
  const { to, ...said } = request;
  return {
    ...said,
    recipients: to.map((one) => ({ id: newMessageId(), to: one })),
    account_id: caller.account_id,
    client_reference: said.client_reference ?? referenceIn(idempotency?.key ?? null),
    conversation_id,
    ...trace,
    idempotency,
    directory_version: caller.directory_version,
  };
}

/** The messages of a list of recipients. */
export const sentToMany = z.object({ data: z.array(shownMessage), conversation_id: conversationId });

/** What is answered to a message that was accepted. */
export const sent = z.union([shownMessage, sentToMany]);

/** Why a message that can be read is not accepted; `outcome_unknown` is not known to be one. */
export const SEND_PROBLEMS: readonly ProblemCode[] = [
  'sender_not_allowed',
  'blocked_keyword',
  'recipient_opted_out',
  'not_friends',
  'unknown_user',
  'outcome_unknown',
];

/** The answer to a request that was decided on, a list if it named a list; throws the problem of a refusal. */
export function toReply(reply: AcceptReply, toMany: boolean): HttpReply {
  if (reply.outcome === 'refused') throw refusalOf(reply);
  const [first] = reply.messages;
  if (first === undefined) throw new Error('a message was accepted and not told');
  const body = toMany
    ? { data: reply.messages.map(messageResource), conversation_id: first.conversation_id }
    : messageResource(first);
  const log = { message_id: formatMessageId(first.id), duplicate: reply.replayed, result: reply.outcome };
  return reply.replayed
    ? { status: 202, body, log, headers: { 'idempotency-replayed': 'true' } }
    : { status: 202, body, log };
}

/** The problem of a request that was refused. */
export function refusalOf({ code, detail }: Extract<AcceptReply, { outcome: 'refused' }>): Problem {
  const options = code === 'idempotency_in_progress' ? { headers: { 'retry-after': '1' } } : {};
  return new Problem(code, detail, options);
}

/** The problem of a request that was handed over without an answer: it carries the ids to ask for. */
export function outcomeUnknown({ recipients, idempotency }: AcceptItem, toMany: boolean): Problem {
  const advice =
    idempotency === null
      ? 'Ask for the message before you send it again.'
      : 'Repeat the request unchanged, with the same Idempotency-Key.';
  const ids = recipients.map(({ id }) => formatMessageId(id));
  return new Problem('outcome_unknown', `No answer in time; it may have been accepted. ${advice}`, {
    headers: { 'retry-after': '1' },
    members: { message_id: ids[0], ...(toMany ? { message_ids: ids } : {}) },
  });
}
