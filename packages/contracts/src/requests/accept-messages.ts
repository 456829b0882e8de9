import { z } from 'zod';
import type { RequestContract } from '../contract.ts';

import { message } from '../message.ts';
import { instant } from '../text.ts';

/** A client's key for "this request, once": compared with the fingerprint of route and JSON value. */
export const idempotency = z.object({
  key: z.string().min(1).max(255),
  /** SHA-256 of the route and the canonical JSON of the body, hex. */
  fingerprint: z.string().length(64),
});
export type Idempotency = z.infer<typeof idempotency>;

/** One validated, normalised message to accept. The gateway made its id, so asking twice accepts once. */
const acceptItem = message
  .pick({
    id: true,
    account_id: true,
    type: true,
    from: true,
    to: true,
    subject: true,
    body: true,
    attachments: true,
    metadata: true,
    client_reference: true,
    trace_id: true,
  })
  .extend({
    /** The message's own time; null = the time of accept. */
    timestamp: instant.nullable(),
    idempotency: idempotency.nullable(),
    /** The account's directory version that the gateway has seen; an older copy must be reloaded first. */
    directory_version: z.int(),
  });
export type AcceptItem = z.infer<typeof acceptItem>;

/** Why a message was refused; nothing of it is stored. The codes are those of problem.ts. */
export const refusalCode = z.enum([
  'sender_not_allowed',
  'blocked_keyword',
  'recipient_opted_out',
  'idempotency_key_reused',
  'idempotency_in_progress',
  'validation_failed',
]);
export type RefusalCode = z.infer<typeof refusalCode>;

const acceptReply = z.discriminatedUnion('outcome', [
  /** Committed. `replayed`: by an earlier request with the same key; the message is as that one was answered. */
  z.object({ outcome: z.literal('accepted'), message, replayed: z.boolean() }),
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
