import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { getExpectedTwilioSignature, validateRequest } from 'twilio/lib/webhooks/webhooks.js';
import { twilioSignature } from './signature.ts';

const HEADER = 'x-twilio-signature';
const tokens = fc.stringMatching(/^[0-9a-f]{32}$/);
const texts = fc.string({ unit: 'grapheme' });
/** Every name with one value, or with several. */
const forms = fc.dictionary(texts, fc.oneof(texts, fc.array(texts, { minLength: 2, maxLength: 4 })));
/** In the form in which requests come: with a path, and everything escaped that has to be. */
const urls = fc
  .record({
    scheme: fc.constantFrom('https', 'http'),
    host: fc.constantFrom('parley.test', '203.0.113.7', '[2001:db8::7]'),
    port: fc.constantFrom('', ':443', ':80', ':8443'),
    rest: fc.constantFrom('/', '/webhooks/twilio', '/webhooks/t?name=%27x&b=%20+c', '/?a=http://x.test:1/'),
  })
  .map(({ scheme, host, port, rest }) => `${scheme}://${host}${port}${rest}`);

function bodyOf(form: Record<string, string | string[]>): Buffer {
  const fields = Object.entries(form).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [name, one]),
  );
  return Buffer.from(new URLSearchParams(fields).toString());
}

test('what Twilio’s own library signs is verified, whichever port it names', () => {
  fc.assert(
    fc.property(urls, forms, tokens, (url, form, token) => {
      const webhook = { url, at: 0, body: bodyOf(form) };
      const headers = { [HEADER]: getExpectedTwilioSignature(token, url, form) };
      expect(twilioSignature.verify({ ...webhook, headers }, [token])).toBe(true);
      const elsewhere = `${url}${url.includes('?') ? '&' : '?'}x=1`;
      expect(twilioSignature.verify({ ...webhook, url: elsewhere, headers }, [token])).toBe(false);
    }),
  );
});

test('what is signed here is valid for Twilio’s own library', () => {
  fc.assert(
    fc.property(urls, forms, tokens, (url, form, token) => {
      const { [HEADER]: signature = '' } = twilioSignature.sign({ url, at: 0, body: bodyOf(form) }, token);
      expect(validateRequest(token, signature, url, form)).toBe(true);
    }),
  );
});

test('both find the same webhooks valid', () => {
  fc.assert(
    fc.property(urls, urls, forms, tokens, (signed, seen, form, token) => {
      const signature = getExpectedTwilioSignature(token, signed, form);
      const headers = { [HEADER]: signature };
      const here = twilioSignature.verify({ url: seen, at: 0, body: bodyOf(form), headers }, [token]);
      expect(here).toBe(validateRequest(token, signature, seen, form));
    }),
    { numRuns: 500 },
  );
});
