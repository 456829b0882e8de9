import { z } from 'zod';
import type { FactContract } from '../contract.ts';
import { accountId, connectionId, messageId } from '../ids.ts';
import { message } from '../message.ts';
import { messageStatus } from '../message-status.ts';
import { direction, messageType } from '../message-type.ts';
import { instant } from '../text.ts';

/** A client's message is committed and ours to deliver. Published by dispatcher. */
const messageAccepted = z.object({ kind: z.literal('message.accepted'), at: instant, message });

/** A provider handed us a message and it is committed. Published by ingest. */
const messageReceived = z.object({ kind: z.literal('message.received'), at: instant, message });

/**
 * A message moved to another status, or more became known of how it came to this one. Published by its owner. It tells
 * how the message stands as a whole, so a null is one; only of `read_at` and `expires_at` it means "as before".
 */
const messageChanged = z.object({
  kind: z.literal('message.changed'),
  at: instant,
  message_id: messageId,
  account_id: accountId,
  direction,
  type: messageType,
  from: z.string(),
  timestamp: instant,
  round: z.int().min(1),
  status: messageStatus,
  status_reason: z.string().nullable(),
  provider: connectionId.nullable(),
  provider_message_id: z.string().nullable(),
  sent_at: instant.nullable(),
  delivered_at: instant.nullable(),
  read_at: instant.nullable(),
  expires_at: instant.nullable(),
});

/** Everything that can be told of a message. */
export const messageFact = z.discriminatedUnion('kind', [messageAccepted, messageReceived, messageChanged]);
export type MessageFact = z.infer<typeof messageFact>;
export type MessageChanged = z.infer<typeof messageChanged>;

export const messageFacts: FactContract<MessageFact> = {
  subject: 'event.message.v1',
  version: 1,
  fact: messageFact,
};
