import { expect, test } from '@jest/globals';
import { sentTo } from './sent-to.ts';

const target = '/webhooks/twilio?a=%20b';

test.each([
  ['its host', { host: 'parley.test:8080' }, undefined, 'http://parley.test:8080/webhooks/twilio?a=%20b'],
  [
    'what a proxy says of it',
    { host: '10.0.0.7:8080', 'x-forwarded-host': 'parley.test', 'x-forwarded-proto': 'https' },
    undefined,
    'https://parley.test/webhooks/twilio?a=%20b',
  ],
  [
    'what the first of several proxies says',
    { host: 'inner', 'x-forwarded-host': 'parley.test, inner', 'x-forwarded-proto': 'HTTPS,http' },
    undefined,
    'https://parley.test/webhooks/twilio?a=%20b',
  ],
  [
    'http, where a proxy speaks of something else',
    { host: 'parley.test', 'x-forwarded-proto': 'javascript' },
    undefined,
    'http://parley.test/webhooks/twilio?a=%20b',
  ],
  [
    'where the gateway is reached, whatever the request says',
    { host: 'evil.test', 'x-forwarded-host': 'evil.test', 'x-forwarded-proto': 'http' },
    'https://parley.test/behind',
    'https://parley.test/behind/webhooks/twilio?a=%20b',
  ],
  ['nothing, where there is nothing', {}, undefined, 'http:///webhooks/twilio?a=%20b'],
])('a request was sent to %s', (_, headers, base, url) => {
  expect(sentTo({ target, headers }, base)).toBe(url);
});
