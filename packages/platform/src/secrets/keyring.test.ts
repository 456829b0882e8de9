import { createHmac, hkdfSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openConnection, sealConnection } from './connection-secrets.ts';
import { secretsKey } from './config.ts';
import { keyringOf, SealedAway, type Keyring } from './keyring.ts';

const key = (byte: number): string => Buffer.alloc(32, byte).toString('base64url');

function ring(text: string): Keyring {
  const keyring = keyringOf(text);
  if (keyring === null) throw new Error('no keyring');
  return keyring;
}

const old = ring(`old:${key(1)}`);
const both = ring(`new:${key(2)}, old:${key(1)}`);
const young = ring(`new:${key(2)}`);

test('whatever is sealed comes back, and is never the same twice', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, purpose) => {
      const sealed = old.seal(text, purpose);
      expect(old.open(sealed, purpose)).toBe(text);
      expect(sealed).not.toBe(old.seal(text, purpose));
      expect(sealed).toMatch(/^sealed:v1:old:[\w-]+$/);
    }),
  );
});

test('a key is replaced in two steps: both open, the newest seals, then the old one goes', () => {
  const sealed = old.seal('hush', 'here');
  expect([old, both].map((keyring) => keyring.open(sealed, 'here'))).toEqual(['hush', 'hush']);
  expect([old, both].map((keyring) => keyring.isCurrent(sealed))).toEqual([true, false]);
  expect(young.open(both.seal('hush', 'here'), 'here')).toBe('hush');
});

describe('what cannot be opened says why, and nothing of what is in it', () => {
  const sealed = old.seal('hush', 'here');
  test.each([
    [
      'its key is not there',
      () => young.open(sealed, 'here'),
      'the key "old", which SECRETS_KEY does not hold',
    ],
    ['another key has its name', () => ring(`old:${key(9)}`).open(sealed, 'here'), 'the key "old"'],
    ['it was moved', () => old.open(sealed, 'there'), 'the key "old"'],
    ['it was changed', () => old.open(`${sealed.slice(0, -2)}AA`, 'here'), 'the key "old"'],
    ['it was cut', () => old.open('sealed:v1:old:AAAA', 'here'), 'the key "old"'],
  ])('%s', (_, open, words) => {
    expect(open).toThrow(SealedAway);
    expect(open).toThrow(words);
  });
});

test('what was stored before there was a key is as it is', () => {
  expect(old.open('whsec_plain', 'here')).toBe('whsec_plain');
  expect(old.isCurrent('whsec_plain')).toBe(false);
});

test.each(['', 'old', `old:${key(1).slice(1)}`, `OLD:${key(1)}`, `a:${key(1)},a:${key(2)}`, `a:${key(1)},`])(
  '%j is no keyring, and is not quoted in the complaint',
  (text) => {
    expect(keyringOf(text)).toBeNull();
    expect(secretsKey.safeParse(text).error?.issues.map(({ message }) => message)).toEqual([
      'has to be id:key, or several with commas, each key 32 bytes in base64',
    ]);
  },
);

test('the secrets of a connection open for that connection only', () => {
  const sealed = sealConnection(old, 'sms', { token: 't', secrets: ['new', 'old'] });
  expect(JSON.stringify(sealed)).not.toMatch(/"(t|new|old)"/);
  expect(openConnection(old, 'sms', sealed)).toEqual({ token: 't', secrets: ['new', 'old'] });
  expect(() => openConnection(old, 'sms-2', sealed)).toThrow(SealedAway);
});

describe('a token', () => {
  test('may stand in a URL, is the same each time, and opens for its purpose only', () => {
    const token = old.toToken('who 👋', 'leave');
    expect(token).toMatch(/^old\.[A-Za-z0-9_-]+$/);
    expect(old.toToken('who 👋', 'leave')).toBe(token);
    expect(old.toToken('whom', 'leave')).not.toBe(token);
    expect(old.ofToken(token, 'leave')).toBe('who 👋');
    expect(old.ofToken(token, 'enter')).toBeNull();
  });

  test('is encrypted with another key than its beginning is made with', () => {
    const [, token = ''] = old.toToken('who', 'leave').split('.');
    const encrypting = Buffer.from(hkdfSync('sha256', Buffer.alloc(32, 1), '', 'token leave', 32));
    const mac = createHmac('sha256', encrypting).update('who').digest();
    expect(Buffer.from(token, 'base64url').subarray(0, 12)).not.toEqual(mac.subarray(0, 12));
  });

  test('is read as long as its key is there, whichever is the newest', () => {
    const both = ring(`young:${key(2)},old:${key(1)}`);
    expect(both.ofToken(old.toToken('who', 'leave'), 'leave')).toBe('who');
    expect(ring(`young:${key(2)}`).ofToken(old.toToken('who', 'leave'), 'leave')).toBeNull();
  });

  test.each(['', 'old', 'old.', 'old.AAAA', 'old.!', '../etc', 'nobody.AAAA', old.seal('who', 'leave')])(
    '%j is none',
    (token) => {
      expect(old.ofToken(token, 'leave')).toBeNull();
    },
  );

  test('that was changed anywhere is none', () => {
    const token = old.toToken('who', 'leave');
    for (let at = 4; at < token.length - 1; at += 1) {
      const other = token[at] === 'A' ? 'B' : 'A';
      expect(old.ofToken(token.slice(0, at) + other + token.slice(at + 1), 'leave')).toBeNull();
    }
  });
});
