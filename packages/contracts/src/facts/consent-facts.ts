import { z } from 'zod';
import type { FactContract } from '../contract.ts';
import { accountId, connectionId, conversationId, messageId, userId } from '../ids.ts';
import { keyword } from '../keyword.ts';
import { messageType } from '../message-type.ts';
import { instant } from '../text.ts';

/** Somebody sent us a text that is a keyword, and it is committed. Published by ingest. */
export const keywordReceived = z.object({
  kind: z.literal('consent.keyword-received'),
  /** The inbound message. */
  message_id: messageId,
  account_id: accountId,
  conversation_id: conversationId,
  connection_id: connectionId,
  type: messageType,
  keyword,
  /** Who said it. */
  from: z.string(),
  /** The address of ours that it was said to. */
  to: z.string(),
  from_user_id: userId.nullable(),
  to_user_id: userId.nullable(),
  /** The words. */
  body: z.string(),
  /** When it came in, also when a replay stored it later: by this it counts. */
  received_at: instant,
  trace_id: z.string().nullable(),
});
export type KeywordReceived = z.infer<typeof keywordReceived>;

export const consentFacts: FactContract<KeywordReceived> = {
  subject: 'event.consent.v1',
  version: 1,
  fact: keywordReceived,
};
