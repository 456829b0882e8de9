import { z } from 'zod';
import type { RequestContract } from '../contract.ts';
import { accountId, messageId, type MessageId } from '../ids.ts';

/** Most that are found: of more the newest. */
export const MAX_FOUND = 10_000;

const findItem = z.object({ account_id: accountId, provider_message_ids: z.array(z.string()).min(1) });
export type FindItem = z.infer<typeof findItem>;

/**
 * The account's messages that a provider calls, or once called, by any of these names; no more than
 * `MAX_FOUND`.
 */
const find = (subject: string): RequestContract<FindItem, MessageId[]> => ({
  subject,
  version: 1,
  item: findItem,
  reply: z.array(messageId),
});

/** Outbound messages. */
export const findDispatcherMessages = find('dispatcher.find-messages');
/** Inbound messages. */
export const findIngestMessages = find('ingest.find-messages');
