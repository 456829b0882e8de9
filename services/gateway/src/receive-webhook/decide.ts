import type { IncomingHttpHeaders } from 'node:http';
import type { WebhookReply } from '@parley/contracts/requests/receive-webhooks';
import { isSecretName, MASK } from '@parley/contracts/secret-names';
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

/** Headers that speak of the way here, or of the body as it was on the way. */
const FOREIGN =
  /^(x-(forwarded-|real-ip|request-id|amzn-|envoy-)|host$|connection$|content-length$|transfer-encoding$|accept|expect$|te$|upgrade$)/;
const MAX_HEADERS = 64;
const MAX_VALUE_LENGTH = 2_048;

/**
 * The headers that came with a webhook, lower-case; those that are too many or too long are left out. Of what is secret
 * only `signed_by`, which its provider signs by, goes on, before all others: of the rest no more than that it was there.
 */
export function sentHeaders(
  headers: IncomingHttpHeaders,
  signed_by: readonly string[],
): Record<string, string> {
  const wanted = new Map<string, string>();
  for (const name of [...signed_by, ...Object.keys(headers)]) {
    const value = headers[name];
    if (FOREIGN.test(name) || typeof value !== 'string' || value.length > MAX_VALUE_LENGTH) continue;
    wanted.set(name, isSecretName(name) && !signed_by.includes(name) ? MASK : value);
    if (wanted.size === MAX_HEADERS) break;
  }
  return Object.fromEntries(wanted);
}

/** The answer to the provider, in its own form if it has one; throws the problem of a refusal. */
export function toReply(reply: WebhookReply, answer?: Provider['answer']): HttpReply {
  if (reply.outcome !== 'refused') {
    const log = { duplicate: reply.outcome === 'duplicate', result: reply.outcome };
    return answer === undefined
      ? { status: 200, body: { status: reply.outcome }, log }
      : { status: 200, body: answer.body, headers: { 'content-type': answer.content_type }, log };
  }
  throw new Problem(reply.code, reply.detail, reply.errors.length === 0 ? {} : { errors: reply.errors });
}

/** The problem of a webhook that was handed over without an answer. */
export function outcomeUnknown(): Problem {
  return new Problem('outcome_unknown', 'Deliver it again; what was stored already is stored once.', {
    headers: { 'retry-after': '1' },
  });
}
