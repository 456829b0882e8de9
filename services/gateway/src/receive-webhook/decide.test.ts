import { describe, expect, test } from '@jest/globals';
import { isOpen, resultOf, signedHeaders } from './decide.ts';

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
  test('are those that a signature may rest on', () => {
    expect(
      signedHeaders({
        'content-type': 'application/json',
        'webhook-id': 'msg_1',
        'webhook-timestamp': '1614265330',
        'webhook-signature': 'v1,abc',
        'x-signature': 'abc',
        'x-provider-signature': 'def',
        'x-api-key': 'parley_live_id_secret',
        'x-forwarded-for': '203.0.113.7',
        authorization: 'Bearer parley_live_id_secret',
        cookie: 'a=b',
        host: 'example.test',
        'user-agent': 'curl',
      }),
    ).toEqual({
      'content-type': 'application/json',
      'webhook-id': 'msg_1',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,abc',
      'x-signature': 'abc',
      'x-provider-signature': 'def',
    });
  });

  test('are few and short', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`x-${index}`, 'v']));
    expect(Object.keys(signedHeaders(many))).toHaveLength(32);
    expect(signedHeaders({ 'x-signature': 'a'.repeat(2_049) })).toEqual({});
  });
});

const refused = (code: 'not_found' | 'invalid_signature' | 'invalid_json' | 'validation_failed') => ({
  outcome: 'refused' as const,
  code,
  detail: 'Because.',
  errors: [],
});

test.each([
  [{ outcome: 'accepted' as const }, 'created'],
  [{ outcome: 'duplicate' as const }, 'duplicate'],
  [refused('invalid_signature'), 'invalid_signature'],
  [refused('invalid_json'), 'validation_error'],
  [refused('validation_failed'), 'validation_error'],
  [refused('not_found'), null],
])('a webhook that ended as %j is counted as %s', (reply, expected) => {
  expect(resultOf(reply)).toBe(expected);
});
