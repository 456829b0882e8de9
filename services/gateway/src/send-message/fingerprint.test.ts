import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fingerprintOf } from './fingerprint.ts';

const ROUTE = 'POST /v1/messages';

/** The same JSON value with the members of its objects the other way round. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, part]) => [name, reversed(part)]),
  );
}

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('a fingerprint', () => {
  test('is 64 hex digits that never change: stored ones are compared with it', () => {
    expect(fingerprintOf(ROUTE, { b: [1, null], a: 'ä' })).toBe(
      '386c72e36c823d1055a0e45bac752836348987da3d275b8cbc85186d0b83c48c',
    );
  });

  test('does not depend on the order of members', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(fingerprintOf(ROUTE, reversed(value))).toBe(fingerprintOf(ROUTE, value));
      }),
    );
  });

  test('differs for different values', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        fc.pre(!isDeepStrictEqual(asJson(one), asJson(other)));
        expect(fingerprintOf(ROUTE, one)).not.toBe(fingerprintOf(ROUTE, other));
      }),
    );
  });

  test.each([
    [{ a: 1 }, { a: '1' }],
    [{ a: null }, {}],
    [{ a: [1, 2] }, { a: [2, 1] }],
    [{ a: '","b":"' }, { a: '', b: '' }],
  ])('tells %j from %j', (one, other) => {
    expect(fingerprintOf(ROUTE, one)).not.toBe(fingerprintOf(ROUTE, other));
  });

  test('differs for another route', () => {
    expect(fingerprintOf('POST /v1/messages/batch', {})).not.toBe(fingerprintOf(ROUTE, {}));
  });
});
