import { describe, expect, test } from '@jest/globals';
import { readCursor, writeCursor } from './cursor.ts';

const key = { at: '2026-01-15T10:00:00.000Z', id: '018f3d4e-0000-7000-8000-000000000001' };
const list = { name: 'messages', account_id: 'acme', filter: { type: 'sms', from: ['+1'] } };
const forged = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64url');

describe('a cursor', () => {
  test('can be put into a URL as it is, and says where its list goes on', () => {
    const cursor = writeCursor(key, list);
    expect(cursor).toMatch(/^[\w-]+$/);
    expect(readCursor(cursor, list)).toEqual(key);
  });

  test.each([
    ['with another filter', { ...list, filter: { type: 'mms', from: ['+1'] } }],
    ['of another list', { ...list, name: 'conversations' }],
    ['of another account', { ...list, account_id: 'other' }],
  ])('is none %s', (_, other) => {
    expect(readCursor(writeCursor(key, list), other)).toBeNull();
  });

  test.each([
    ['empty', ''],
    ['not base64url', '***'],
    ['not JSON', Buffer.from('{').toString('base64url')],
    ['not a list', forged({})],
    ['of another version', forged([2, key.at, key.id, 'x'])],
    ['with a time that is none', forged([1, 'yesterday', key.id, 'x'])],
    ['with a time that no store knows', forged([1, '0000-01-01T00:00:00.000Z', key.id, 'x'])],
    ['with a wrong hash', forged([1, key.at, key.id, 'x'])],
  ])('is none when it is %s', (_, cursor) => {
    expect(readCursor(cursor, list)).toBeNull();
  });
});
