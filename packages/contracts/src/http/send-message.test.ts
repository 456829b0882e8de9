import { describe, expect, test } from '@jest/globals';
import { parseFields } from './field-errors.ts';
import { sendMessageRequest } from './send-message.ts';

const sms = { from: '+12016661234', to: '+18045551234', type: 'sms', body: 'text message' };

function accepted(body: unknown) {
  const parsed = parseFields(sendMessageRequest, body);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return parsed.value;
}

function pointers(body: unknown): string[] {
  const parsed = parseFields(sendMessageRequest, body);
  return parsed.ok ? [] : parsed.errors.map((error) => error.pointer);
}

describe('a message to send', () => {
  test('is normalised: addresses, time, and null for what is absent', () => {
    expect(
      accepted({ ...sms, from: 'MyCorp', to: '233241234567', timestamp: '2024-11-01T14:00:00Z' }),
    ).toEqual({
      type: 'sms',
      from: 'MyCorp',
      to: '+233241234567',
      subject: null,
      body: 'text message',
      attachments: [],
      timestamp: '2024-11-01T14:00:00.000Z',
      client_reference: null,
      metadata: null,
    });
  });

  test.each([
    [{ from: 'a@x.test', to: 'b@x.test', body: 'hi' }, 'email'],
    [{ from: 'MyCorp', to: '+18045551234', body: 'hi' }, 'sms'],
    [{ from: 'MyCorp', to: '+18045551234', attachments: ['cat.jpg'] }, 'mms'],
  ])('without a type is given the one that fits: %j → %s', (body, type) => {
    expect(accepted(body).type).toBe(type);
  });

  test.each([[null], [[]], [['attachment-url']]])('may have attachments %j', (attachments) => {
    expect(accepted({ ...sms, type: 'mms', attachments }).attachments).toEqual(attachments ?? []);
  });

  test('keeps any Unicode unchanged', () => {
    const body = '👩‍👩‍👧 ’quoted’ مرحبا \u202eabc\n';
    expect(accepted({ ...sms, body }).body).toBe(body);
  });

  test('may be as long as 1,600 characters, counted as people count', () => {
    expect(accepted({ ...sms, body: '😀'.repeat(1_600) }).body).toHaveLength(3_200);
    expect(pointers({ ...sms, body: '😀'.repeat(1_601) })).toEqual(['#/body']);
  });

  test.each([
    ['an unknown field', { ...sms, zap: 1 }, ['#/zap']],
    ['a missing recipient', { ...sms, to: undefined }, ['#/to']],
    ['a number where text belongs', { ...sms, body: 5 }, ['#/body']],
    ['neither body nor attachment', { ...sms, body: ' \n' }, ['#/body']],
    ['an e-mail recipient of an SMS', { ...sms, to: 'a@b.test' }, ['#/to']],
    ['a name that cannot receive', { ...sms, to: 'MyCorp' }, ['#/to']],
    ['phone numbers in an e-mail', { ...sms, type: 'email' }, ['#/from', '#/to']],
    ['an unknown type', { ...sms, type: 'fax' }, ['#/type']],
    ['an empty attachment', { ...sms, attachments: [''] }, ['#/attachments/0']],
    ['a time that is none', { ...sms, timestamp: '2024-02-30T00:00:00Z' }, ['#/timestamp']],
    ['a time before the year 1', { ...sms, timestamp: '0001-01-01T00:00:00+01:00' }, ['#/timestamp']],
    ['a time after the year 9999', { ...sms, timestamp: '9999-12-31T23:59:59-14:00' }, ['#/timestamp']],
    ['a subject of two lines', { ...sms, subject: 'a\r\nBcc: x@y.test' }, ['#/subject']],
    ['a NUL', { ...sms, body: 'a\u0000b' }, ['#/body']],
    ['half a surrogate pair', { ...sms, body: '\ud800' }, ['#/body']],
    [
      'too many metadata keys',
      { ...sms, metadata: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, 1])) },
      ['#/metadata'],
    ],
    ['nested metadata', { ...sms, metadata: { a: { b: 1 } } }, ['#/metadata/a']],
    ['a list', [], ['#']],
    ['nothing', null, ['#']],
  ])('is refused with a pointer for %s', (_, body, expected) => {
    expect(pointers(body)).toEqual(expected);
  });
});
