import { createHash, createHmac, randomBytes, timingSafeEqual, type KeyObject } from 'node:crypto';
import type { Provider } from '../provider.ts';
import { secretKey, signingKey } from './secret-key.ts';
import type { Sign } from './sign.ts';

const TOLERANCE_S = 300;
const UNIX_SECONDS = /^\d{1,12}$/;

/**
 * Standard Webhooks 1.0.0 with symmetric keys. The `webhook-id` is made of the body, so that every repetition of
 * one event carries the same; the timestamp is that of the attempt.
 */
export const standardWebhooks: Pick<Provider, 'newSecret' | 'signature' | 'signed_by' | 'verify'> & {
  sign: Sign;
} = {
  newSecret: () => `whsec_${randomBytes(32).toString('base64')}`,
  signature:
    'the headers webhook-id (without a dot), webhook-timestamp (seconds, within 5 minutes of now) and ' +
    'webhook-signature of Standard Webhooks.',
  signed_by: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
  sign: ({ body, at }, secret) => {
    const id = `msg_${createHash('sha256').update(body).digest('base64url').slice(0, 24)}`;
    const timestamp = String(Math.floor(at / 1_000));
    const signature = digest({ id, timestamp, body }, signingKey(secret));
    return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
  },
  verify: ({ headers, body, at }, secrets) => {
    const id = headers['webhook-id'];
    const timestamp = headers['webhook-timestamp'];
    const entries = headers['webhook-signature']?.split(' ').filter((entry) => entry.startsWith('v1,'));
    if (!id || !timestamp || !entries?.length) return false;
    // A dot in the id would let the signed content be read as another id, timestamp and body.
    if (id.includes('.') || !isRecent(timestamp, at)) return false;
    return secrets.some((secret) => {
      const key = secretKey(secret);
      if (key === null) return false;
      const expected = Buffer.from(`v1,${digest({ id, timestamp, body }, key)}`);
      return entries.some((entry) => equals(Buffer.from(entry), expected));
    });
  },
};

interface SignedContent {
  id: string;
  timestamp: string;
  body: Buffer;
}

function digest({ id, timestamp, body }: SignedContent, key: KeyObject): string {
  return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64');
}

function isRecent(timestamp: string, now: number): boolean {
  if (!UNIX_SECONDS.test(timestamp)) return false;
  return Math.abs(Math.floor(now / 1_000) - Number(timestamp)) <= TOLERANCE_S;
}

function equals(given: Buffer, expected: Buffer): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected);
}
