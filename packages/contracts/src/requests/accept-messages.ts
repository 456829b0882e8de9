import { z } from 'zod';
import type { RequestContract } from '../contract.ts';
import { conversationId, messageId } from '../ids.ts';
import { message } from '../message.ts';
import { MAX_RECIPIENTS, MAX_VALID_FOR_S, category, priority, unknownPolicy } from '../sending-choices.ts';
import { instant } from '../text.ts';

/** A client's key for "this request, once": compared with the fingerprint of route and JSON value. */
export const idempotency = z.object({
  key: z.string().min(1).max(255),
  /** SHA-256 of the route and the canonical JSON of the body, hex. */
  fingerprint: z.string().length(64),
});
export type Idempotency = z.infer<typeof idempotency>;

/** Who gets it, and under which id. The gateway made the id, so asking twice accepts once. */
const recipient = z.object({ id: messageId, to: z.string() });
export type Recipient = z.infer<typeof recipient>;

/**
 * One validated, normalised request to send: a message for each recipient, all of them or none, in one conversation.
 */
const acceptItem = message
  .pick({
    account_id: true,
    type: true,
    from: true,
    subject: true,
    body: true,
    attachments: true,
    metadata: true,
    client_reference: true,
    in_reply_to: true,
    trace_id: true,
  })
  .extend({
    recipients: z.array(recipient).min(1).max(MAX_RECIPIENTS),
    /** The message's own time; null = the time of accept. */
    timestamp: instant.nullable(),
    /** The conversation it belongs to; null = that of its participants. */
    conversation_id: conversationId.nullable(),
    /** Not to be sent before; null = at once. */
    send_at: instant.nullable(),
    /** How long it may wait to be sent, s, from accept or `send_at`; null = the service's default. */
    valid_for: z.int().min(1).max(MAX_VALID_FOR_S).nullable(),
    /** Null = `retry` where the connection honours keys, else `hold`. */
    on_unknown_outcome: unknownPolicy.nullable(),
    priority,
    category,
    idempotency: idempotency.nullable(),
    /** The span that it is part of (W3C Trace Context), where its trace is recorded. */
    traceparent: z.string().optional(),
    /** The account's directory version that the gateway has seen; an older copy must be reloaded first. */
    directory_version: z.int(),
  });
export type AcceptItem = z.infer<typeof acceptItem>;

/** Why a message was refused; nothing of it is stored. The codes are those of problem.ts. */
export const refusalCode = z.enum([
  'sender_not_allowed',
  'blocked_keyword',
  'recipient_opted_out',
  'unknown_user',
  'not_friends',
  'idempotency_key_reused',
  'idempotency_in_progress',
  'validation_failed',
]);
export type RefusalCode = z.infer<typeof refusalCode>;

const acceptReply = z.discriminatedUnion('outcome', [
  /**
   * Committed: a message for each recipient, in their order. `replayed`: by an earlier request with the same key; the
   * messages are as that one was answered.
   */
  z.object({ outcome: z.literal('accepted'), messages: z.array(message).min(1), replayed: z.boolean() }),
  z.object({ outcome: z.literal('refused'), code: refusalCode, detail: z.string() }),
]);
export type AcceptReply = z.infer<typeof acceptReply>;

/** Accept messages: answered by dispatcher after the commit. */
export const acceptMessages: RequestContract<AcceptItem, AcceptReply> = {
  subject: 'dispatcher.accept-messages',
  version: 1,
  item: acceptItem,
  reply: acceptReply,
};
