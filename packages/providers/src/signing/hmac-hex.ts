import { createHmac, randomBytes, timingSafeEqual, type KeyObject } from 'node:crypto';
import type { Provider } from '../provider.ts';
import { secretKey, signingKey } from './secret-key.ts';
import type { Sign } from './sign.ts';

const SHA256_HEX = /^[0-9a-f]{64}$/i;

/** HMAC-SHA256 over the raw bytes, in hex, in one header. `header` is its name in lower case. */
export function hmacHex(
  header: string,
): Pick<Provider, 'newSecret' | 'signature' | 'signed_by' | 'verify'> & { sign: Sign } {
  return {
    newSecret: () => randomBytes(32).toString('hex'),
    signature: `the header ${header} with the HMAC-SHA256 of the raw body in hex.`,
    signed_by: [header],
    sign: ({ body }, secret) => ({ [header]: digest(body, signingKey(secret)).toString('hex') }),
    verify: (webhook, secrets) => {
      const given = webhook.headers[header];
      if (given === undefined || !SHA256_HEX.test(given)) return false;
      const signature = Buffer.from(given, 'hex');
      return secrets.some((secret) => {
        const key = secretKey(secret);
        return key !== null && timingSafeEqual(digest(webhook.body, key), signature);
      });
    },
  };
}

function digest(body: Buffer, key: KeyObject): Buffer {
  return createHmac('sha256', key).update(body).digest();
}
