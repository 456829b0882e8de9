import { z } from 'zod';
import type { Outcome } from '../provider.ts';

/** System calls that come before a request can be written. */
const BEFORE_WRITING = new Set(['connect', 'getaddrinfo']);

/**
 * Failures that end a call before a byte of it is written, named by undici or Node. A socket error is not among
 * them: a kept-alive connection may break after the provider read the request.
 */
const NEVER_WRITTEN: Readonly<Record<string, string>> = {
  UND_ERR_CONNECT_TIMEOUT: 'connect_timeout',
  UND_ERR_CLOSED: 'client_closed',
  UND_ERR_INVALID_ARG: 'invalid_request',
  ERR_INVALID_URL: 'invalid_url',
  CERT_HAS_EXPIRED: 'certificate_refused',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate_refused',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate_refused',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate_refused',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate_refused',
};

const CONNECT_REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection_refused',
  ENOTFOUND: 'name_not_found',
  EAI_AGAIN: 'name_not_found',
  ETIMEDOUT: 'connect_timeout',
  EADDRREFUSED: 'address_not_allowed',
};

const TIMEOUTS = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_ABORTED', 'ETIMEDOUT']);
const LOST = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE', 'ECONNABORTED']);

/**
 * What a call came to that ended without an answer: `unavailable` only where the error proves that the request
 * was never written, else `unknown`. Never throws.
 */
export function classifyFailure(error: unknown): Extract<Outcome, { kind: 'unavailable' | 'unknown' }> {
  const reason = unwrittenReason(error);
  return reason === null
    ? { kind: 'unknown', reason: lostReason(error) }
    : { kind: 'unavailable', reason, retry_after_ms: null, connection_wide: false };
}

/** Why the request was never written; null when it may have been. */
function unwrittenReason(error: unknown): string | null {
  const { code, syscall, errors } = describe(error);
  // One error per address that was tried; the call was surely not written only when all of them say so.
  if (errors.length > 0) {
    const reasons = errors.map(unwrittenReason);
    return reasons.every((reason) => reason !== null) ? (reasons[0] ?? null) : null;
  }
  if (BEFORE_WRITING.has(syscall)) return CONNECT_REASONS[code] ?? 'not_connected';
  return NEVER_WRITTEN[code] ?? null;
}

function lostReason(error: unknown): string {
  const { code, name } = describe(error);
  if (name === 'TimeoutError' || TIMEOUTS.has(code)) return 'timeout';
  return LOST.has(code) ? 'connection_lost' : 'no_answer';
}

const word = z.string().catch('');
const errorShape = z
  .object({ code: word, name: word, syscall: word, errors: z.array(z.unknown()).catch([]) })
  .catch({ code: '', name: '', syscall: '', errors: [] });

/** What an error says of itself; told by its fields, as errors of several classes and realms come here. */
function describe(error: unknown): z.infer<typeof errorShape> {
  return errorShape.parse(error);
}
