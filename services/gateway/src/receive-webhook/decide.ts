import type { IncomingHttpHeaders } from 'node:http';
import type { WebhookReply } from '@parley/contracts/requests/receive-webhooks';
import { Problem, type HttpReply } from '@parley/platform/http';
import type { Provider } from '@parley/providers/provider';

/** A connection as far as letting webhooks in goes. */
export interface WebhookDoor {
  /** Names its folder in the provider registry. */
  provider: string;
  /** An instant; null while the connection is in use. */
  disabled_at: string | null;
}

const GRACE_MS = 7 * 24 * 3_600_000;

/** Whether webhooks are let in at `now` (ms): those of a disabled connection for seven days more. */
export function isOpen(door: Pick<WebhookDoor, 'disabled_at'>, now: number): boolean {
  return door.disabled_at === null || now - Date.parse(door.disabled_at) <= GRACE_MS;
}

/** Extension headers that speak of the way here or of our own clients, not of the webhook. */
const FOREIGN = /^x-(api-key|forwarded-|real-ip|request-id|amzn-|envoy-)/;
const WANTED = /^(content-type$|webhook-|x-)/;
const MAX_HEADERS = 32;
const MAX_VALUE_LENGTH = 2_048;

/** The headers that a signature may rest on, lower-case; those that are too many or too long are left out. */
export function signedHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const wanted: [string, string][] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (!WANTED.test(name) || FOREIGN.test(name)) continue;
    if (typeof value !== 'string' || value.length > MAX_VALUE_LENGTH) continue;
    if (wanted.push([name, value]) === MAX_HEADERS) break;
  }
  return Object.fromEntries(wanted);
}

/** What the metric calls the ways in which a webhook can end. */
export type WebhookResult = 'created' | 'duplicate' | 'invalid_signature' | 'validation_error';
export const WEBHOOK_RESULTS: readonly WebhookResult[] = [
  'created',
  'duplicate',
  'invalid_signature',
  'validation_error',
];

/** How a webhook ended; null for one that met no connection. */
export function resultOf(reply: WebhookReply): WebhookResult | null {
  if (reply.outcome !== 'refused') return reply.outcome === 'accepted' ? 'created' : 'duplicate';
  if (reply.code === 'not_found') return null;
  return reply.code === 'invalid_signature' ? 'invalid_signature' : 'validation_error';
}

/** The answer to the provider, in its own form if it has one; throws the problem of a refusal. */
export function toReply(reply: WebhookReply, answer?: Provider['answer']): HttpReply {
  if (reply.outcome !== 'refused')
    return answer === undefined
      ? { status: 200, body: { status: reply.outcome } }
      : { status: 200, body: answer.body, headers: { 'content-type': answer.content_type } };
  throw new Problem(reply.code, reply.detail, reply.errors.length === 0 ? {} : { errors: reply.errors });
}

/** The problem of a webhook that was handed over without an answer. */
export function outcomeUnknown(): Problem {
  return new Problem('outcome_unknown', 'Deliver it again; what was stored already is stored once.', {
    headers: { 'retry-after': '1' },
  });
}
