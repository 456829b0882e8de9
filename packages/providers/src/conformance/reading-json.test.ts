import { describe, expect, test } from '@jest/globals';
import { findFixtures } from './find-fixtures.ts';

const all = (await findFixtures()).filter(({ provider }) => provider.content === 'json');

describe.each(all.map((fixtures) => [fixtures.provider.name, fixtures] as const))('%s', (_, fixtures) => {
  const { provider, accepted } = fixtures;
  const parse = (body: Buffer) =>
    provider.parse({ url: 'https://parley.test/webhooks/one', at: 0, headers: {}, body });

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
});
