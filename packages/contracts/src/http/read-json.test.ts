import { expect, test } from '@jest/globals';
import { readJson } from './read-json.ts';

const nested = (levels: number) => Buffer.from('['.repeat(levels) + ']'.repeat(levels));

test.each([
  ['{"a":[1,null,"ü 😀"]}', { a: [1, null, 'ü 😀'] }],
  ['null', null],
  ['"text"', 'text'],
])('reads %s', (body, value) => {
  expect(readJson(Buffer.from(body))).toEqual({ ok: true, value });
});

test.each([
  ['nothing', Buffer.alloc(0), /empty/],
  ['half an object', Buffer.from('{"a":'), /cannot be read/],
  ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22]), /cannot be read/],
  ['a member called __proto__', Buffer.from('{"a":[{"__proto__":1}]}'), /__proto__/],
  ['the same member, escaped', Buffer.from('{"a":[{"_\\u005fproto__":1}]}'), /__proto__/],
  ['33 levels', nested(33), /deeper than 32/],
  ['half a million levels', nested(500_000), /deeper than 32/],
])('says what is wrong with %s', (_, bytes, detail) => {
  expect(readJson(bytes)).toEqual({ ok: false, detail: expect.stringMatching(detail) });
});

test('takes 32 levels', () => {
  expect(readJson(nested(32)).ok).toBe(true);
});
