import { createSecretKey, type KeyObject } from 'node:crypto';

const ENCODED_PREFIX = 'whsec_';
const MAX_KEPT = 10_000;

/** Keys are kept because making one costs five times as much as signing a webhook with it. */
const kept = new Map<string, KeyObject | null>();

/**
 * The HMAC key of a webhook secret: `whsec_…` is decoded from base64, anything else is taken as UTF-8 bytes.
 * Null when that leaves no byte: a signature under an empty key could be made by anyone.
 */
export function secretKey(secret: string): KeyObject | null {
  const known = kept.get(secret);
  if (known !== undefined) return known;
  const key = makeKey(secret);
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(secret, key);
  return key;
}

/** The same for signing. Throws a TypeError for a secret without a byte in it. */
export function signingKey(secret: string): KeyObject {
  const key = secretKey(secret);
  if (key === null) throw new TypeError('the webhook secret is empty');
  return key;
}

function makeKey(secret: string): KeyObject | null {
  const bytes = secret.startsWith(ENCODED_PREFIX)
    ? Buffer.from(secret.slice(ENCODED_PREFIX.length), 'base64')
    : Buffer.from(secret, 'utf8');
  return bytes.length === 0 ? null : createSecretKey(bytes);
}
