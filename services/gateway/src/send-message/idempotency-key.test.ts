import { describe, expect, test } from '@jest/globals';
import { Problem } from '@parley/platform/http';
import fc from 'fast-check';
import { readIdempotencyKey, referenceIn } from './idempotency-key.ts';

describe('an Idempotency-Key', () => {
  test.each([
    ['bare', '8e03978e-40d5-43e8', '8e03978e-40d5-43e8'],
    ['quoted', '"8e03978e-40d5-43e8"', '8e03978e-40d5-43e8'],
    ['any text', 'send_msg:order 17/a', 'send_msg:order 17/a'],
    ['quoted with a quote and a backslash in it', String.raw`"a\"b\\c"`, String.raw`a"b\c`],
    ['a quote inside a bare key', 'a"b', 'a"b'],
    ['as long as it may be', 'k'.repeat(255), 'k'.repeat(255)],
    ['quoted and as long as it may be', `"${'k'.repeat(255)}"`, 'k'.repeat(255)],
  ])('can be %s', (_, header, expected) => {
    expect(readIdempotencyKey([header])).toBe(expected);
  });

  test.each([
    ['empty', ''],
    ['empty between quotes', '""'],
    ['too long', 'k'.repeat(256)],
    ['not ASCII', 'schlüssel'],
    ['a control character', 'a\tb'],
    ['a quoted string without an end', '"abc'],
    ['a quoted string with a wrong escape', String.raw`"a\bc"`],
    ['a quoted string with something behind it', '"a"b'],
  ])('cannot be %s', (_, header) => {
    expect(() => readIdempotencyKey([header])).toThrow(Problem);
  });

  test('is null where there is none', () => {
    expect(readIdempotencyKey([])).toBeNull();
  });

  test('may be given twice, but not two of them', () => {
    expect(readIdempotencyKey(['a', '"a"'])).toBe('a');
    expect(() => readIdempotencyKey(['a', 'b'])).toThrow(Problem);
  });

  test('means the same bare and quoted', () => {
    const bare = fc.stringMatching(/^[!#-~][ -~]{0,253}[!-~]$/);
    fc.assert(
      fc.property(bare, (key) => {
        const quoted = `"${key.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
        expect(readIdempotencyKey([quoted])).toBe(readIdempotencyKey([key]));
      }),
    );
  });

  test.each([
    [null, null],
    ['abc', null],
    ['send_msg:abc', 'abc'],
    ['send_msg:', null],
    ['SEND_MSG:abc', null],
  ])('%s holds the reference %s', (key, expected) => {
    expect(referenceIn(key)).toBe(expected);
  });
});
