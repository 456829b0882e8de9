import { Problem } from '@parley/platform/http';

const PRINTABLE = /^[\x20-\x7e]+$/;
/** A structured-field string (RFC 8941): quotes and backslashes inside are escaped. */
const QUOTED = /^"((?:[^"\\]|\\["\\])*)"$/;
const MAX_LENGTH = 255;
const MESSAGE_PREFIX = 'send_msg:';

/**
 * Reads the lines of the header `Idempotency-Key`, which must all say the same. Null when there is none. Throws an
 * `invalid_idempotency_key` problem.
 */
export function readIdempotencyKey(lines: readonly string[]): string | null {
  const [key = null, ...others] = new Set(lines.map(readKey));
  if (others.length > 0) throw unusable('there is another one');
  return key;
}

/**
 * Reads a key, bare or quoted; both forms are the same key. Throws an `invalid_idempotency_key` problem when it is
 * empty, too long or not printable ASCII.
 */
export function readKey(value: string): string {
  const key = value.startsWith('"') ? unquote(value) : value;
  if (key === '') throw unusable('it is empty');
  if (key.length > MAX_LENGTH) throw unusable(`it is longer than ${MAX_LENGTH} characters`);
  if (!PRINTABLE.test(key)) throw unusable('it holds characters that are not printable ASCII');
  return key;
}

/** What a key of the form `send_msg:<reference>` says about the message; null for any other key. */
export function referenceIn(key: string | null): string | null {
  if (key === null || !key.startsWith(MESSAGE_PREFIX)) return null;
  return key.slice(MESSAGE_PREFIX.length) || null;
}

function unquote(value: string): string {
  const inner = QUOTED.exec(value)?.[1];
  if (inner === undefined) throw unusable('it begins with a quote and is no quoted string');
  return inner.replaceAll(/\\(.)/g, '$1');
}

function unusable(why: string): Problem {
  return new Problem('invalid_idempotency_key', `This Idempotency-Key cannot be used: ${why}.`);
}
