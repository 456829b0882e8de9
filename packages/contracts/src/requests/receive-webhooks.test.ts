import { expect, test } from '@jest/globals';
import { verdictOf } from './receive-webhooks.ts';

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
  [refused('not_found'), 'validation_error'],
])('of a webhook that ended as %j the word is %s', (reply, expected) => {
  expect(verdictOf(reply)).toBe(expected);
});
