const ENCODED_PREFIX = 'whsec_';

/**
 * The HMAC key of a webhook secret: `whsec_…` is decoded from base64, anything else is taken as UTF-8 bytes.
 * Null when that leaves no byte: a signature under an empty key could be made by anyone.
 */
export function secretKey(secret: string): Buffer | null {
  const key = secret.startsWith(ENCODED_PREFIX)
    ? Buffer.from(secret.slice(ENCODED_PREFIX.length), 'base64')
    : Buffer.from(secret, 'utf8');
  return key.length === 0 ? null : key;
}

/** The same for signing. Throws a TypeError for a secret without a byte in it. */
export function signingKey(secret: string): Buffer {
  const key = secretKey(secret);
  if (key === null) throw new TypeError('the webhook secret is empty');
  return key;
}
