import { describe, expect, test } from '@jest/globals';
import { isSecretName, maskedUrl } from './secret-names.ts';

test.each([
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
  'apiKey',
  'x-signature',
  'webhook-signature',
  'access_token',
  'client_secret',
  'Password',
  'key',
  'sig',
  'x-auth',
  'x-hub-sig',
  'access_key',
  'X-Access-Key',
  'private_key',
])('%s names a secret', (name) => {
  expect(isSecretName(name)).toBe(true);
});

test.each([
  'content-type',
  'webhook-id',
  'webhook-timestamp',
  'user-agent',
  'author',
  'monkey',
  'pass-through',
  'idempotency-key',
  'authority',
  'x-compass',
])('%s names none', (name) => {
  expect(isSecretName(name)).toBe(false);
});

describe('a URL', () => {
  test.each([
    ['https://p.test/webhooks/sms', 'https://p.test/webhooks/sms'],
    ['https://p.test/w?token=abc', 'https://p.test/w?token=***'],
    ['https://p.test/w?a=%20b&TOKEN=abc%3D&c=', 'https://p.test/w?a=%20b&TOKEN=***&c='],
    ['https://p.test/w?%74oken=abc&%zz=1', 'https://p.test/w?%74oken=***&%zz=1'],
    ['https://p.test/w?token=a?b=c&d', 'https://p.test/w?token=***&d'],
    ['https://p.test/token=1?x', 'https://p.test/token=1?x'],
  ])('%s is shown as %s', (url, shown) => {
    expect(maskedUrl(url)).toBe(shown);
  });
});
