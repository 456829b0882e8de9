import { describe, expect, test } from '@jest/globals';
import { readWebhook } from './read-webhook.ts';
import { aReceipt, aWebhook, anEmail, anSms, asKnown, MAIL, SMS, TWILIO } from './webhook-fixtures.ts';

const sms = asKnown(SMS);
const TWILIO_SMS = 'MessageSid=SM12ab&From=%2B14158675309&To=%2B15005550006&Body=Hi';
const tampered = { ...aWebhook(SMS, anSms()), body_base64: Buffer.from('{}').toString('base64') };

describe('what is taken', () => {
  test.each([
    ['a message', aWebhook(SMS, anSms()), sms, 'message'],
    [
      'one signed with the secret that is being replaced',
      aWebhook(SMS, anSms(), 'old-sms-secret'),
      sms,
      'message',
    ],
    ['an e-mail', aWebhook(MAIL, anEmail()), asKnown(MAIL), 'message'],
    ['a receipt', aWebhook(SMS, aReceipt()), sms, 'receipt'],
    ['a form', aWebhook(TWILIO, TWILIO_SMS), asKnown(TWILIO), 'message'],
  ])('%s', (_, item, connection, kind) => {
    expect(readWebhook(item, connection)).toMatchObject({ outcome: 'received', event: { kind } });
  });
});

test('what says nothing to keep is ignored', () => {
  const callback = aWebhook(TWILIO, 'MessageSid=SM12ab&MessageStatus=queued');
  expect(readWebhook(callback, asKnown(TWILIO))).toEqual({ outcome: 'ignored' });
});

describe('what is refused', () => {
  test.each([
    ['one for no connection', aWebhook(SMS, anSms()), null, 'not_found'],
    [
      'one for a connection of no known provider',
      aWebhook(SMS, anSms()),
      { ...sms, provider: '?' },
      'not_found',
    ],
    ['one signed with another secret', aWebhook(SMS, anSms(), 'guessed'), sms, 'invalid_signature'],
    ['one whose bytes were changed', tampered, sms, 'invalid_signature'],
    [
      'one that was signed for another place',
      { ...aWebhook(TWILIO, TWILIO_SMS), url: 'https://elsewhere.test/webhooks/twilio' },
      asKnown(TWILIO),
      'invalid_signature',
    ],
    ['one without a signature', { ...aWebhook(SMS, anSms()), headers: {} }, sms, 'invalid_signature'],
    ['one that is not JSON', aWebhook(SMS, '{'), sms, 'invalid_json'],
    ['one that is JSON but no object', aWebhook(SMS, '[]'), sms, 'validation_failed'],
  ])('%s', (_, item, connection, code) => {
    expect(readWebhook(item, connection)).toMatchObject({ outcome: 'refused', code });
  });

  test('one that is not complete, with a pointer to what is missing', () => {
    expect(readWebhook(aWebhook(SMS, anSms({ to: undefined })), sms)).toMatchObject({
      code: 'validation_failed',
      errors: [{ pointer: '#/to', detail: 'is required' }],
    });
  });
});

test('a connection that was ended takes receipts, but no messages', () => {
  const ended = { ...asKnown(SMS), is_disabled: true };
  expect(readWebhook(aWebhook(SMS, aReceipt()), ended).outcome).toBe('received');
  expect(readWebhook(aWebhook(SMS, anSms()), ended)).toMatchObject({ outcome: 'refused', code: 'not_found' });
  expect(readWebhook(aWebhook(SMS, anSms(), 'wrong-secret'), ended)).toMatchObject({
    code: 'invalid_signature',
  });
});
