import { z } from 'zod';
import { accountId, connectionId, conversationId, messageId, userId } from './ids.ts';
import { messageStatus } from './message-status.ts';
import { direction, messageType } from './message-type.ts';
import { instant, text } from './text.ts';

/** Client's own key-value pairs, kept and returned unchanged. */
export const metadata = z.record(
  text,
  z.union([text, z.number(), z.boolean(), z.null()], 'must be text, number, boolean or null'),
);
export type Metadata = z.infer<typeof metadata>;

/**
 * One message as its owner stores it and as it travels between services. The HTTP resource is the same with
 * prefixed ids and without `round`. Every field is always present; null means "no value".
 */
export const message = z.object({
  id: messageId,
  account_id: accountId,
  conversation_id: conversationId,
  direction,
  type: messageType,
  from: z.string(),
  to: z.string(),
  subject: z.string().nullable(),
  body: z.string().nullable(),
  attachments: z.array(z.string()),
  status: messageStatus,
  status_reason: z.string().nullable().describe('Why it failed, waits or is held.'),
  provider: connectionId.nullable().describe('The connection that it went or came through.'),
  provider_message_id: z.string().nullable().describe('What the provider calls it.'),
  encoding: z.enum(['GSM-7', 'UCS-2']).nullable(),
  segments: z.int().nullable(),
  in_reply_to: messageId.nullable(),
  metadata: metadata.nullable(),
  client_reference: z.string().nullable(),
  timestamp: instant.describe('The own time of the message: lists and statistics go by it.'),
  created_at: instant.describe('When it was accepted or received.'),
  sent_at: instant.nullable(),
  delivered_at: instant.nullable(),
  read_at: instant
    .nullable()
    .describe('When it was marked as read, or its recipient read it by its provider.'),
  send_at: instant.nullable(),
  expires_at: instant.nullable().describe('Until when it is tried.'),
  from_user_id: userId.nullable(),
  to_user_id: userId.nullable(),
  trace_id: z.string().nullable().describe('Of the request that brought it.'),
  /** 1 at accept; a redrive opens the next round, the only step back a message can take. */
  round: z.int().min(1),
});
export type Message = z.infer<typeof message>;
