import { z } from 'zod';
import type { RequestContract } from '../contract.ts';
import { accountId, messageId } from '../ids.ts';
import { message } from '../message.ts';

/** What is asked of one message, and by whom. */
const changeItem = z.object({
  account_id: accountId,
  message_id: messageId,
  /** The id of an API key. */
  by: z.string(),
  /** Made by whoever asks, for each thing asked: when no answer came, the same may be asked again under the same id. */
  request_id: z.uuid(),
});
export type ChangeItem = z.infer<typeof changeItem>;

/** What a person found out about a message of which nobody knew whether it was sent. */
export const resolution = z.enum(['sent', 'not_sent', 'retry']);
export type Resolution = z.infer<typeof resolution>;

const resolveItem = changeItem.extend({ outcome: resolution });
export type ResolveItem = z.infer<typeof resolveItem>;

const changeReply = z.discriminatedUnion('outcome', [
  /** Committed, now or by an earlier request for the same: the message as it stands. */
  z.object({ outcome: z.literal('changed'), message }),
  z.object({
    outcome: z.literal('refused'),
    code: z.enum(['not_found', 'not_cancelable', 'conflict', 'recipient_opted_out']),
    detail: z.string(),
  }),
]);
export type ChangeReply = z.infer<typeof changeReply>;

const change = <Item>(subject: string, item: z.ZodType<Item>): RequestContract<Item, ChangeReply> => ({
  subject,
  version: 1,
  item,
  reply: changeReply,
});

/** Cancel what is scheduled or queued and surely not sent; a second time is as the first. */
export const cancelMessages = change('dispatcher.cancel-messages', changeItem);
/** Open a new round for messages that ended without being delivered. */
export const redriveMessages = change('dispatcher.redrive-messages', changeItem);
/** Settle held messages. */
export const resolveMessages = change('dispatcher.resolve-messages', resolveItem);
/** Mark chat messages as read; a second time is as the first. */
export const markDispatcherMessagesRead = change('dispatcher.mark-read', changeItem);
/** Mark inbound messages as read; a second time is as the first. */
export const markIngestMessagesRead = change('ingest.mark-read', changeItem);
