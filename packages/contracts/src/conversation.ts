import { z } from 'zod';
import { accountId, conversationId } from './ids.ts';
import { message } from './message.ts';
import { messageType } from './message-type.ts';
import { instant } from './text.ts';

/** A conversation as reporting projects it: everyone who took part, and what was said last. */
export const conversation = z.object({
  id: conversationId,
  /** Other ids by which it is known: of before an address came to be a user's, or after. */
  joined: z.array(conversationId),
  account_id: accountId,
  participants: z.array(z.object({ user_name: z.string().nullable(), addresses: z.array(z.string()) })),
  types: z.array(messageType),
  message_count: z.int(),
  unread_count: z.int(),
  /** Accept time of the newest message. */
  last_message_at: instant,
  last_message: message,
  /** Accept time of the newest message from somebody else's side, inbound or chat; null = there was none. */
  last_heard_at: instant.nullable(),
  created_at: instant,
});
export type Conversation = z.infer<typeof conversation>;
