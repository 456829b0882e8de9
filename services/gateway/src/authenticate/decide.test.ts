import { describe, expect, test } from '@jest/globals';
import { accountId } from '@parley/contracts/ids';
import type { Scope } from '@parley/contracts/scope';
import { Problem } from '@parley/platform/http';
import { requireScope, type Caller } from './decide.ts';

const now = Date.parse('2026-01-15T10:00:00.000Z');
const key = (scopes: Scope[], expires_at: string | null = null): Caller => ({
  key_id: 'k',
  account_id: accountId.parse('acme'),
  directory_version: 1,
  scopes,
  rate_limit: null,
  expires_at,
});

function code(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
  return 'allowed';
}

describe('a key', () => {
  test.each<[Scope[], Scope, string]>([
    [['send'], 'send', 'allowed'],
    [['read'], 'read', 'allowed'],
    [['send', 'read'], 'read', 'allowed'],
    [['admin'], 'admin', 'allowed'],
    [['admin'], 'send', 'allowed'],
    [['admin'], 'read', 'allowed'],
    [['send'], 'read', 'insufficient_scope'],
    [['read'], 'send', 'insufficient_scope'],
    [['send', 'read'], 'admin', 'insufficient_scope'],
  ])('with the scopes %j, where %s is wanted: %s', (scopes, wanted, expected) => {
    expect(code(() => requireScope(key(scopes), wanted, now))).toBe(expected);
  });

  test.each([
    ['never', null, 'allowed'],
    ['in a millisecond', '2026-01-15T10:00:00.001Z', 'allowed'],
    ['now', '2026-01-15T10:00:00.000Z', 'invalid_api_key'],
    ['long ago', '2020-01-01T00:00:00.000Z', 'invalid_api_key'],
  ])('that expires %s: %s → %s', (_, expires_at, expected) => {
    expect(code(() => requireScope(key(['send'], expires_at), 'send', now))).toBe(expected);
  });

  test('that is not known gets nowhere', () => {
    expect(code(() => requireScope(null, 'read', now))).toBe('invalid_api_key');
  });
});
