import { messageResource } from '@parley/contracts/http/message-resource';
import type { SendMessageRequest } from '@parley/contracts/http/send-message';
import { formatMessageId, newMessageId, type MessageId } from '@parley/contracts/ids';
import type { AcceptItem, AcceptReply, Idempotency } from '@parley/contracts/requests/accept-messages';
import { Problem, type HttpReply } from '@parley/platform/http';
import type { Caller } from '../authenticate/decide.ts';
import { referenceIn } from './idempotency-key.ts';

/** Where a message to send comes from. */
export interface SendContext {
  caller: Caller;
  idempotency: Idempotency | null;
  trace_id: string;
}

/** The message to be accepted, with an id of its own. */
export function toAcceptItem(input: SendMessageRequest, context: SendContext): AcceptItem {
  const { caller, idempotency, trace_id } = context;
  const { to, ...said } = input;
  return {
    ...said,
    recipients: [{ id: newMessageId(), to }],
    account_id: caller.account_id,
    client_reference: input.client_reference ?? referenceIn(idempotency?.key ?? null),
    in_reply_to: null,
    conversation_id: null,
    send_at: null,
    valid_for: null,
    on_unknown_outcome: null,
    priority: 'normal',
    trace_id,
    idempotency,
    directory_version: caller.directory_version,
  };
}

/** The answer to a request whose message was decided on; throws the problem of a refusal. */
export function toReply(reply: AcceptReply): HttpReply {
  if (reply.outcome === 'refused') {
    const options = reply.code === 'idempotency_in_progress' ? { headers: { 'retry-after': '1' } } : {};
    throw new Problem(reply.code, reply.detail, options);
  }
  const [message] = reply.messages;
  if (message === undefined) throw new Error('a message was accepted and not told');
  const body = messageResource(message);
  return reply.replayed
    ? { status: 202, body, headers: { 'idempotency-replayed': 'true' } }
    : { status: 202, body };
}

/** The problem of a message that was handed over without an answer: it carries the id to ask for. */
export function outcomeUnknown(id: MessageId | null, hasKey: boolean): Problem {
  const advice = hasKey
    ? 'Repeat the request unchanged, with the same Idempotency-Key.'
    : 'Ask for the message before you send it again.';
  return new Problem('outcome_unknown', `No answer in time; the message may have been accepted. ${advice}`, {
    headers: { 'retry-after': '1' },
    members: { message_id: id === null ? null : formatMessageId(id) },
  });
}
