import { messageResource, shownMessage } from '@parley/contracts/http/message-resource';
import { isToMany, messageToSend } from '@parley/contracts/http/send-message';
import { problem, type FieldError } from '@parley/contracts/http/problem';
import { formatMessageId } from '@parley/contracts/ids';
import type { AcceptItem, AcceptReply } from '@parley/contracts/requests/accept-messages';
import { MAX_BATCH_MESSAGES } from '@parley/contracts/sending-choices';
import { Problem, problemReply } from '@parley/platform/http';
import { z } from 'zod';
import { invalid, MAX_BODY_BYTES, readFields } from '../read-fields.ts';
import { refusalOf, sentToMany } from '../send-message/decide.ts';
import { readKey } from '../send-message/idempotency-key.ts';

/** The body of `POST /v1/messages/batch`, as far as its items. */
const batchRequest = z.strictObject({ messages: z.array(z.unknown()).min(1) });

/** One item of a batch, its key apart from what would be sent alone. */
export interface BatchItem {
  key: unknown;
  body: unknown;
}

/** Reads a batch as far as its items; throws a `validation_failed` problem when there are too many messages. */
export function readBatch(body: unknown): BatchItem[] {
  const { messages } = readFields(batchRequest, body);
  const count = messages.reduce((sum: number, item) => sum + (isToMany(item) ? item.to.length || 1 : 1), 0);
  if (count <= MAX_BATCH_MESSAGES) return messages.map(splitItem);
  const detail = `would become ${count} messages; a batch holds up to ${MAX_BATCH_MESSAGES}`;
  throw invalid([{ pointer: '#/messages', detail }]);
}

function splitItem(item: unknown): BatchItem {
  if (typeof item !== 'object' || item === null || !('idempotency_key' in item))
    return { key: null, body: item };
  const { idempotency_key: key, ...body } = item;
  return { key, body };
}

const itemKey = z.string().nullable();

/** The same body with its items, which are read one by one so that one that is wrong refuses only itself. */
export const batchToSend = batchRequest.extend({
  messages: z
    .array(messageToSend.extend({ idempotency_key: itemKey.optional() }))
    .min(1)
    .max(MAX_BATCH_MESSAGES),
});

/** The key of an item, bare or quoted as in the header; throws the problem of one that cannot be a key. */
export function keyOfItem(item: BatchItem): string | null {
  const key = itemKey.safeParse(item.key);
  if (!key.success)
    throw new Problem('invalid_idempotency_key', 'The idempotency_key cannot be used: it is no text.');
  return key.data === null ? null : readKey(key.data);
}

/** The same error, said of an item of the batch. */
export function atItem(index: number) {
  const item = `#/messages/${index}`;
  return ({ pointer, detail }: FieldError): FieldError => ({
    pointer: item + pointer.slice(1),
    // Some name another place of the item.
    detail: detail.replaceAll('#/', `${item}/`),
  });
}

/** Whether an item is larger than it may be when it is sent alone. */
export function isTooLarge({ body }: BatchItem): boolean {
  return Buffer.byteLength(JSON.stringify(body)) > MAX_BODY_BYTES;
}

const accepted = { status: z.literal(202), replayed: z.literal(true).optional() };
const batchEntry = z.union([
  z.object({ ...accepted, message: shownMessage }),
  z.object({
    ...accepted,
    messages: sentToMany.shape.data,
    conversation_id: sentToMany.shape.conversation_id,
  }),
  z.object({ status: z.int(), error: problem }),
]);

/** What became of an item. */
export type BatchEntry = z.infer<typeof batchEntry>;

/** The answer to a batch. */
export const batchResult = z.object({ data: z.array(batchEntry) });

/** Tells a refusal: the problem that the item would have been answered with alone. */
export function refusedEntry(refusal: Problem, trace_id: string): BatchEntry {
  const { status, body } = problemReply(refusal, trace_id);
  return { status, error: problem.parse(body) };
}

/** Tells a decision: the message, or the messages of a list in their one conversation. */
export function decidedEntry(reply: AcceptReply, toMany: boolean, trace_id: string): BatchEntry {
  if (reply.outcome === 'refused') return refusedEntry(refusalOf(reply), trace_id);
  const [message, ...others] = reply.messages.map(messageResource);
  if (message === undefined) throw new Error('a message was accepted and not told');
  const replayed = reply.replayed ? { replayed: true as const } : {};
  return toMany
    ? { status: 202, messages: [message, ...others], conversation_id: message.conversation_id, ...replayed }
    : { status: 202, message, ...replayed };
}

/** The problem of a batch that was handed over without an answer; `handed` holds null for what was refused before. */
export function outcomeUnknown(handed: readonly (AcceptItem | null)[]): Problem {
  const message_ids = handed.map((item) => item?.recipients.map(({ id }) => formatMessageId(id)) ?? null);
  const detail =
    'No answer in time; the messages may have been accepted. Repeat the batch unchanged if each of its messages has ' +
    'an idempotency_key; else ask for them first.';
  return new Problem('outcome_unknown', detail, {
    headers: { 'retry-after': '1' },
    members: { message_ids },
  });
}
