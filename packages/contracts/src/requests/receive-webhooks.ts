import { z } from 'zod';
import type { RequestContract } from '../contract.ts';
import { fieldError } from '../http/problem.ts';
import { connectionId } from '../ids.ts';
import { instant } from '../text.ts';

/** One webhook as it came in: bytes unchanged, because the signature covers them. */
const webhookItem = z.object({
  connection_id: connectionId,
  received_at: instant,
  /** Where it was sent, as its sender knows the place: some signatures cover that too. */
  url: z.string(),
  /** Lower-case names. */
  headers: z.record(z.string(), z.string()),
  body_base64: z.base64(),
  trace_id: z.string().nullable(),
  /** The span that it is part of (W3C Trace Context), where its trace is recorded. */
  traceparent: z.string().optional(),
});
export type WebhookItem = z.infer<typeof webhookItem>;

const webhookReply = z.discriminatedUnion('outcome', [
  /** Committed, now or, for a duplicate, by an earlier delivery of the same event. */
  z.object({ outcome: z.enum(['accepted', 'duplicate']) }),
  z.object({
    outcome: z.literal('refused'),
    code: z.enum(['not_found', 'invalid_signature', 'invalid_json', 'validation_failed']),
    detail: z.string(),
    errors: z.array(fieldError),
  }),
]);
export type WebhookReply = z.infer<typeof webhookReply>;

/** Verify, parse, dedupe and store webhooks: answered by ingest after the commit. */
export const receiveWebhooks: RequestContract<WebhookItem, WebhookReply> = {
  subject: 'ingest.receive-webhooks',
  version: 1,
  item: webhookItem,
  reply: webhookReply,
};

/** How a webhook ended, in a word. */
export const webhookVerdict = z.enum(['created', 'duplicate', 'invalid_signature', 'validation_error']);
export type WebhookVerdict = z.infer<typeof webhookVerdict>;

/** The word for what was answered to a webhook that came through a connection. */
export function verdictOf(reply: WebhookReply): WebhookVerdict {
  if (reply.outcome !== 'refused') return reply.outcome === 'accepted' ? 'created' : 'duplicate';
  return reply.code === 'invalid_signature' ? 'invalid_signature' : 'validation_error';
}
