import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { standardWebhooks } from './standard-webhooks.ts';

const URL = 'https://parley.test/webhooks/mail';
const bodies = fc.json().map((json) => Buffer.from(json));
const secrets = fc
  .uint8Array({ minLength: 24, maxLength: 64 })
  .map((key) => `whsec_${Buffer.from(key).toString('base64')}`);

test('what the reference library signs is verified', () => {
  fc.assert(
    fc.property(bodies, secrets, (body, secret) => {
      const now = new Date();
      const headers = {
        'webhook-id': 'msg_1',
        'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
        'webhook-signature': new Webhook(secret).sign('msg_1', now, body.toString()),
      };
      const webhook = { url: URL, at: now.getTime(), headers, body };
      expect(standardWebhooks.verify(webhook, [secret])).toBe(true);
    }),
  );
});

test('what is signed here is verified by the reference library', () => {
  fc.assert(
    fc.property(bodies, secrets, (body, secret) => {
      const headers = standardWebhooks.sign({ url: URL, at: Date.now(), body }, secret);
      expect(new Webhook(secret).verify(body.toString(), headers)).toEqual(JSON.parse(body.toString()));
    }),
  );
});
