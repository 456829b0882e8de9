import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';
import type { Provider } from '../provider.ts';
import { secretKey, signingKey } from '../signing/secret-key.ts';
import type { Sign, Unsigned } from '../signing/sign.ts';
import { formFields } from './form.ts';

const HEADER = 'x-twilio-signature';

/**
 * HMAC-SHA1 under the account's auth token, of the webhook's URL and its fields. It binds no time, so a webhook can
 * be replayed: what it reports is recognised by its ids.
 */
export const twilioSignature: Pick<Provider, 'signature' | 'signed_by' | 'verify'> & { sign: Sign } = {
  signature:
    'the header x-twilio-signature, made with the auth token over the URL that Twilio was given and the fields ' +
    'of the form. If the URL is not what this installation thinks it is, set PUBLIC_URL.',
  signed_by: [HEADER],
  sign: (webhook, secret) => ({
    [HEADER]: digest(webhook.url, fieldText(webhook), signingKey(secret)),
  }),
  verify: (webhook, secrets) => {
    const given = Buffer.from(webhook.headers[HEADER] ?? '');
    const fields = fieldText(webhook);
    return secrets.some((secret) => {
      const key = secretKey(secret);
      if (key === null) return false;
      return spellings(webhook.url).some((url) => equals(given, Buffer.from(digest(url, fields, key))));
    });
  },
};

function digest(url: string, fields: string, key: KeyObject): string {
  return createHmac('sha1', key).update(url).update(fields).digest('base64');
}

/** Names in the order of their code units, each with its values: every one once, in order too. */
function fieldText({ body }: Pick<Unsigned, 'body'>): string {
  const fields = formFields(body);
  const names = [...new Set(fields.keys())].sort();
  return names
    .flatMap((name) => [...new Set(fields.getAll(name))].sort().map((value) => name + value))
    .join('');
}

const ORIGIN = /^(https?):\/\/([^/?#]*?)(:\d+)?(?=[/?#]|$)/i;

/** A URL with and without its port: Twilio may sign either. */
function spellings(url: string): string[] {
  const [origin, scheme = '', host = '', port] = ORIGIN.exec(url) ?? [''];
  if (origin === '') return [url];
  const rest = url.slice(origin.length);
  const standard = scheme.toLowerCase() === 'https' ? ':443' : ':80';
  return [`${scheme}://${host}${rest}`, `${scheme}://${host}${port ?? standard}${rest}`];
}

function equals(given: Buffer, expected: Buffer): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected);
}
