import { describe, expect, test } from '@jest/globals';
import { isOpen, sentHeaders } from './decide.ts';

describe('the door of a connection', () => {
  const now = Date.parse('2026-01-15T10:00:00.000Z');
  test.each([
    ['is open while it is in use', { disabled_at: null }, true],
    ['stays open for seven days', { disabled_at: '2026-01-08T10:00:00.000Z' }, true],
    ['is closed after seven days', { disabled_at: '2026-01-08T09:59:59.999Z' }, false],
  ])('%s', (_, door, expected) => {
    expect(isOpen(door, now)).toBe(expected);
  });
});

describe('the headers of a webhook', () => {
  test('are those that its sender wrote, of secrets that its provider does not sign by no more than that they were there', () => {
    const kept = {
      'content-type': 'application/json',
      'webhook-id': 'msg_1',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,abc',
      'x-token-id': '***',
      'user-agent': 'curl',
    };
    expect(
      sentHeaders(
        {
          ...kept,
          'x-token-id': 'tok',
          'x-signature': 'abc',
          'x-api-key': 'parley_live_id_secret',
          'x-forwarded-for': '203.0.113.7',
          authorization: 'Bearer parley_live_id_secret',
          cookie: 'a=b',
          host: 'example.test',
          'content-length': '2',
          accept: '*/*',
        },
        ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
      ),
    ).toEqual({ ...kept, 'x-signature': '***', 'x-api-key': '***', authorization: '***', cookie: '***' });
  });

  test('are few and short, and those that its provider signs by are always among them', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`x-${index}`, 'v']));
    expect(Object.keys(sentHeaders(many, []))).toHaveLength(64);
    expect(sentHeaders({ ...many, 'x-signature': 'abc' }, ['x-signature'])).toMatchObject({
      'x-signature': 'abc',
    });
    expect(sentHeaders({ 'x-signature': 'a'.repeat(2_049) }, ['x-signature'])).toEqual({});
  });
});
