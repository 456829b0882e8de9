import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Provider } from '../provider.ts';
import { PROVIDERS } from '../registry.ts';
import { findFixtures } from './find-fixtures.ts';
import { AT } from './fixtures.ts';

const URL = 'https://parley.test/webhooks/one';
const at = Date.parse(AT);
const all = await findFixtures();

/** A way of writing webhooks. */
interface Content {
  write(value: unknown): Buffer;
  /** What can be signed. */
  bodies: fc.Arbitrary<Buffer>;
  /** A body that says something else in one place. */
  forge(body: Buffer, place: number, change: number): Buffer;
  /** What somebody might write, with these names in it. */
  attempts(names: readonly string[]): fc.Arbitrary<Buffer>;
}

const CONTENTS: Record<Provider['content'], Content> = {
  json: {
    write: (value) => Buffer.from(JSON.stringify(value)),
    bodies: fc.uint8Array({ minLength: 1 }).map((bytes) => Buffer.from(bytes)),
    forge: (body, place, change) => {
      const forged = Buffer.from(body);
      forged.writeUInt8(body.readUInt8(place % body.length) ^ change, place % body.length);
      return forged;
    },
    attempts: (names) => {
      const values = fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }));
      const objects = fc.dictionary(fc.constantFrom(...names), values).map((value) => JSON.stringify(value));
      return fc.oneof(fc.json(), objects).map((text) => Buffer.from(text));
    },
  },
  form: {
    write: (value) => Buffer.from(new URLSearchParams(Object.entries(Object(value))).toString()),
    bodies: fc
      .dictionary(fc.string(), fc.string({ unit: 'grapheme' }), { minKeys: 1 })
      .map((fields) => Buffer.from(new URLSearchParams(Object.entries(fields)).toString())),
    forge: (body, place, change) => {
      const fields = new URLSearchParams(body.toString());
      const [name, value] = [...fields][place % fields.size] ?? ['', ''];
      fields.set(name, value + String.fromCodePoint(change));
      return Buffer.from(fields.toString());
    },
    attempts: (names) =>
      fc
        .dictionary(fc.constantFrom(...names), fc.oneof(fc.string({ unit: 'binary' }), fc.nat().map(String)))
        .map((fields) => Buffer.from(new URLSearchParams(Object.entries(fields)).toString())),
  },
};

test('every listed provider has fixtures, and every folder with fixtures is listed', () => {
  expect(new Set(all.map(({ provider }) => provider))).toEqual(new Set(PROVIDERS));
  expect(new Set(PROVIDERS.map(({ name }) => name)).size).toBe(PROVIDERS.length);
});

describe.each(all.map((fixtures) => [fixtures.provider.name, fixtures] as const))('%s', (_, fixtures) => {
  const { provider, vector, accepted, refused } = fixtures;
  const content = CONTENTS[provider.content];
  const webhook = (body: Buffer) => ({ url: URL, at, body });
  const signed = (body: Buffer, secret: string) => provider.sign(webhook(body), secret);
  const verify = (headers: Record<string, string>, body: Buffer, secrets: string[]) =>
    provider.verify({ ...webhook(body), headers }, secrets);
  const parse = (body: Buffer) => provider.parse({ ...webhook(body), headers: {} });

  test('verifies what another implementation signed', () => {
    const { secret, url = URL, body, ...rest } = vector;
    const given = { ...rest, url, body: Buffer.from(body) };
    expect(provider.verify(given, [secret])).toBe(true);
    expect(provider.verify(given, ['another', secret])).toBe(true);
    expect(provider.verify(given, ['another'])).toBe(false);
  });

  test('verifies what its own signer signed with either live secret, and no other', () => {
    const secrets = fc.string({ minLength: 1 });
    fc.assert(
      fc.property(content.bodies, secrets, secrets, (body, one, two) => {
        const headers = signed(body, `1${one}`);
        expect(verify(headers, body, [`1${one}`, `2${two}`])).toBe(true);
        expect(verify(headers, body, [`2${two}`, `1${one}`])).toBe(true);
        expect(verify(headers, body, [`2${two}`])).toBe(false);
        expect(verify(headers, body, [])).toBe(false);
      }),
    );
  });

  test('makes secrets of its own, if any, that verify what they signed, each another one', () => {
    const { newSecret } = provider;
    if (newSecret === undefined) return;
    const [one, two] = [newSecret(), newSecret()];
    const body = content.write({});
    const headers = signed(body, one);
    expect(one.length).toBeGreaterThanOrEqual(32);
    expect(verify(headers, body, [two, one])).toBe(true);
    expect(verify(headers, body, [two])).toBe(false);
  });

  test('refuses a body that differs in one place', () => {
    fc.assert(
      fc.property(content.bodies, fc.nat(), fc.integer({ min: 1, max: 255 }), (body, place, change) => {
        const headers = signed(body, 'secret');
        expect(verify(headers, content.forge(body, place, change), ['secret'])).toBe(false);
      }),
    );
  });

  test('refuses a webhook whose signature headers are missing, empty, shortened or garbage', () => {
    const body = content.write({});
    const headers = signed(body, 'secret');
    const refuses = (given: Record<string, string>) => expect(verify(given, body, ['secret'])).toBe(false);
    refuses({});
    for (const [name, value] of Object.entries(headers)) {
      const { [name]: __, ...rest } = headers;
      refuses(rest);
      refuses({ ...headers, [name]: '' });
      refuses({ ...headers, [name]: value.slice(0, -1) });
      fc.assert(
        fc.property(fc.string({ unit: 'binary' }), (garbage) => refuses({ ...headers, [name]: garbage })),
      );
    }
  });

  test('takes no signature under an empty secret, and makes none', () => {
    const body = content.write({});
    const headers = signed(body, 'secret');
    for (const empty of ['', 'whsec_', 'whsec_!!']) {
      expect(verify(headers, body, [empty])).toBe(false);
      expect(() => signed(body, empty)).toThrow(TypeError);
    }
  });

  test.each(accepted)('takes $title', ({ body, parsed }) => {
    expect(parse(content.write(body))).toEqual(parsed);
  });

  test.each(refused)('refuses $title', ({ body, pointers }) => {
    const parsed = parse(content.write(body));
    expect(parsed.kind === 'invalid' && parsed.errors.map(({ pointer }) => pointer)).toEqual(pointers);
  });

  test('reads anything without throwing', () => {
    const names = [...accepted, ...refused].flatMap(({ body }) => Object.keys(Object(body)));
    const garbage = fc.uint8Array().map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.oneof(garbage, content.attempts(names)), (body) => {
        expect(parse(body).kind).toMatch(/^(?:message|receipt|ignored|invalid|invalid_json)$/);
      }),
      { numRuns: 500 },
    );
  });
});
