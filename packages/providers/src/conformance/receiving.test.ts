import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PROVIDERS } from '../registry.ts';
import { findFixtures } from './find-fixtures.ts';

const NOW = 1_750_000_000_000;
const all = await findFixtures();

test('every listed provider has fixtures, and every folder with fixtures is listed', () => {
  expect(new Set(all.map(({ provider }) => provider))).toEqual(new Set(PROVIDERS));
  expect(new Set(PROVIDERS.map(({ name }) => name)).size).toBe(PROVIDERS.length);
});

describe.each(all.map((fixtures) => [fixtures.provider.name, fixtures] as const))('%s', (_, fixtures) => {
  const { provider, vector, accepted, refused } = fixtures;
  const parse = (body: Buffer) => provider.parse({ headers: {}, body });

  test('verifies what another implementation signed', () => {
    const webhook = { headers: vector.headers, body: Buffer.from(vector.body) };
    expect(provider.verify(webhook, [vector.secret], vector.now)).toBe(true);
    expect(provider.verify(webhook, ['another', vector.secret], vector.now)).toBe(true);
    expect(provider.verify(webhook, ['another'], vector.now)).toBe(false);
  });

  test('verifies what its own signer signed with either live secret, and no other', () => {
    fc.assert(
      fc.property(
        fc.uint8Array(),
        fc.string({ minLength: 1 }),
        fc.string({ minLength: 1 }),
        (bytes, one, two) => {
          const body = Buffer.from(bytes);
          const webhook = { headers: provider.sign(body, `1${one}`, NOW), body };
          expect(provider.verify(webhook, [`1${one}`, `2${two}`], NOW)).toBe(true);
          expect(provider.verify(webhook, [`2${two}`, `1${one}`], NOW)).toBe(true);
          expect(provider.verify(webhook, [`2${two}`], NOW)).toBe(false);
          expect(provider.verify(webhook, [], NOW)).toBe(false);
        },
      ),
    );
  });

  test('refuses bytes that differ in one place', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (bytes, at, flip) => {
          const headers = provider.sign(Buffer.from(bytes), 'secret', NOW);
          const body = Buffer.from(bytes);
          const place = at % body.length;
          body.writeUInt8(body.readUInt8(place) ^ flip, place);
          expect(provider.verify({ headers, body }, ['secret'], NOW)).toBe(false);
        },
      ),
    );
  });

  test('refuses a webhook whose signature headers are missing, empty, shortened or garbage', () => {
    const body = Buffer.from('{}');
    const signed = provider.sign(body, 'secret', NOW);
    const refuses = (headers: Record<string, string>) =>
      expect(provider.verify({ headers, body }, ['secret'], NOW)).toBe(false);
    refuses({});
    for (const [name, value] of Object.entries(signed)) {
      const { [name]: __, ...rest } = signed;
      refuses(rest);
      refuses({ ...signed, [name]: '' });
      refuses({ ...signed, [name]: value.slice(0, -1) });
      fc.assert(
        fc.property(fc.string({ unit: 'binary' }), (garbage) => refuses({ ...signed, [name]: garbage })),
      );
    }
  });

  test('takes no signature under an empty secret, and makes none', () => {
    const body = Buffer.from('{}');
    const headers = provider.sign(body, 'secret', NOW);
    for (const empty of ['', 'whsec_', 'whsec_!!']) {
      expect(provider.verify({ headers, body }, [empty], NOW)).toBe(false);
      expect(() => provider.sign(body, empty, NOW)).toThrow(TypeError);
    }
  });

  test.each(accepted)('takes $title', ({ body, parsed }) => {
    expect(parse(Buffer.from(JSON.stringify(body)))).toEqual(parsed);
  });

  test.each(refused)('refuses $title', ({ body, pointers }) => {
    const parsed = parse(Buffer.from(JSON.stringify(body)));
    expect(parsed.kind === 'invalid' && parsed.errors.map(({ pointer }) => pointer)).toEqual(pointers);
  });

  test.each([
    ['nothing', ''],
    ['half an object', '{"a":'],
    ['a form', 'from=a&to=b'],
  ])('calls %s no JSON', (__, body) => {
    expect(parse(Buffer.from(body))).toMatchObject({ kind: 'invalid_json' });
  });

  test('calls JSON in broken UTF-8 no JSON', () => {
    expect(parse(Buffer.from([0x22, 0xff, 0x22]))).toMatchObject({ kind: 'invalid_json' });
  });

  test.each(['[]', 'null', '1', '"text"', 'true'])(
    'points at the whole of %s, which is no object',
    (body) => {
      expect(parse(Buffer.from(body))).toMatchObject({ kind: 'invalid', errors: [{ pointer: '#' }] });
    },
  );

  test('takes JSON of 32 levels and refuses more, however many', () => {
    const nested = (depth: number) =>
      Buffer.from(
        JSON.stringify({ ...Object(accepted[0]?.body), extra: '@' }).replace(
          '"@"',
          '['.repeat(depth - 1) + ']'.repeat(depth - 1),
        ),
      );
    expect(parse(nested(32)).kind).toBe('message');
    expect(parse(nested(33))).toMatchObject({ kind: 'invalid_json' });
    expect(parse(nested(500_000))).toMatchObject({ kind: 'invalid_json' });
  });

  test('reads anything without throwing', () => {
    const keys = [...accepted, ...refused].flatMap(({ body }) => Object.keys(Object(body)));
    const values = fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }));
    const json = fc.oneof(
      fc.json(),
      fc.dictionary(fc.constantFrom(...keys), values).map((value) => JSON.stringify(value)),
    );
    const bytes = fc.oneof(
      fc.uint8Array().map((array) => Buffer.from(array)),
      json.map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(bytes, (body) => {
        expect(parse(body).kind).toMatch(/^(?:message|receipt|invalid|invalid_json)$/);
      }),
      { numRuns: 500 },
    );
  });
});
