import { expect, test } from '@jest/globals';
import { twilioSignature } from './signature.ts';

const { sign, verify } = twilioSignature;
const TOKEN = '12345';
const at = 0;
const form = (fields: [string, string][]) => Buffer.from(new URLSearchParams(fields).toString());
const body = form([
  ['From', '+14158675309'],
  ['Body', 'Hi'],
]);
const signedFor = (url: string) => sign({ url, body, at }, TOKEN);

test.each([
  ['https://parley.test/webhooks/t', 'https://parley.test:443/webhooks/t'],
  ['http://parley.test/webhooks/t', 'http://parley.test:80/webhooks/t'],
  ['https://parley.test:8443/webhooks/t', 'https://parley.test/webhooks/t'],
  ['https://parley.test:8443/webhooks/t', 'https://parley.test:8443/webhooks/t'],
  ['https://[::1]:8443?a=:1', 'https://[::1]?a=:1'],
  ['https://[::1]', 'https://[::1]:443'],
])('a webhook to %s may be signed as %s', (url, signed) => {
  expect(verify({ url, body, at, headers: signedFor(signed) }, [TOKEN])).toBe(true);
});

test.each([
  'http://parley.test/webhooks/t',
  'https://parley.test:444/webhooks/t',
  'https://parley.test/webhooks/other',
  'https://parley.test/webhooks/t?a=1',
  'https://parley.testing/webhooks/t',
  'nowhere',
])('one that was signed for %s is refused elsewhere', (signed) => {
  const url = 'https://parley.test/webhooks/t';
  expect(verify({ url, body, at, headers: signedFor(signed) }, [TOKEN])).toBe(false);
});

test('the order and the repetition of fields make no difference, their values do', () => {
  const url = 'https://parley.test/webhooks/t';
  const headers = sign(
    {
      url,
      at,
      body: form([
        ['b', '2'],
        ['a', 'y'],
        ['a', 'x'],
        ['a', 'y'],
      ]),
    },
    TOKEN,
  );
  const verified = (...fields: [string, string][]) =>
    verify({ url, at, headers, body: form(fields) }, [TOKEN]);
  expect(verified(['a', 'x'], ['a', 'y'], ['b', '2'])).toBe(true);
  expect(verified(['a', 'x'], ['b', '2'])).toBe(false);
});
