import { describe, expect, test } from '@jest/globals';
import { fitsType, normalizeEmail, normalizeForFilter, normalizeNumber, parseAddress } from './address.ts';

describe('a phone number', () => {
  test.each([
    ['+18045551234', '+18045551234'],
    ['233241234567', '+233241234567'],
    [' +1 804 555 1234 ', '+18045551234'],
    ['+1', null],
    ['12', '+12'],
    ['0044123456', null],
    ['+1234567890123456', null],
    ['+1-804-555', null],
    ['', null],
  ])('%j becomes %j', (input, expected) => {
    expect(normalizeNumber(input)).toBe(expected);
  });
});

describe('an e-mail address', () => {
  test.each([
    ['User@UseApp.com', 'user@useapp.com'],
    ['[user@useapp.com](mailto:user@useapp.com)', 'user@useapp.com'],
    ['a@b', 'a@b'],
    ['münch@exämple.de', 'münch@exämple.de'],
    ['a b@c.com', null],
    ['@c.com', null],
    ['a@', null],
    ['a@b@c.com', null],
    [`${'x'.repeat(64)}@${'y'.repeat(200)}.com`, null],
  ])('%j becomes %j', (input, expected) => {
    expect(normalizeEmail(input)).toBe(expected);
  });
});

describe('any address', () => {
  test.each([
    ['MyCorp', { kind: 'alphanumeric', address: 'MyCorp' }],
    ['AnotherApp', { kind: 'alphanumeric', address: 'AnotherApp' }],
    ['elevenchars', { kind: 'alphanumeric', address: 'elevenchars' }],
    ['twelve-chars', null],
    ['4155550100', { kind: 'number', address: '+4155550100' }],
    ['A@b.c', { kind: 'email', address: 'a@b.c' }],
    ['', null],
  ])('%j is %j', (input, expected) => {
    expect(parseAddress(input)).toEqual(expected);
  });

  test.each([
    ['email', 'email', 'to', true],
    ['email', 'sms', 'to', false],
    ['number', 'email', 'from', false],
    ['number', 'mms', 'to', true],
    ['alphanumeric', 'sms', 'from', true],
    ['alphanumeric', 'sms', 'to', false],
    ['number', 'chat', 'to', false],
  ] as const)('%s in an %s as %s: %s', (kind, type, role, expected) => {
    expect(fitsType(kind, type, role)).toBe(expected);
  });

  test('used as a filter is normalised where it can be and matches nothing where it cannot', () => {
    expect(normalizeForFilter('18045551234')).toBe('+18045551234');
    expect(normalizeForFilter('not an address at all!')).toBe('not an address at all!');
  });
});
