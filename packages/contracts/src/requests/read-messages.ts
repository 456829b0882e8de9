import { z } from 'zod';
import type { RequestContract } from '../contract.ts';
import { accountId, messageId } from '../ids.ts';
import { message, type Message } from '../message.ts';

const readItem = z.object({ account_id: accountId, message_id: messageId });
export type ReadItem = z.infer<typeof readItem>;

/** Read messages from their owner; null when it has no such message in that account. */
const read = (subject: string): RequestContract<ReadItem, Message | null> => ({
  subject,
  version: 1,
  item: readItem,
  reply: message.nullable(),
});

/** Outbound and chat messages. */
export const readDispatcherMessages = read('dispatcher.read-messages');
/** Inbound messages. */
export const readIngestMessages = read('ingest.read-messages');
