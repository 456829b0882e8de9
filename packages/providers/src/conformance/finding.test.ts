import { describe, expect, jest, test } from '@jest/globals';
import { newMessageId } from '@parley/contracts/ids';
import fc from 'fast-check';
import type { Answer, Finding, GetJson, Provider } from '../provider.ts';
import { findFixtures } from './find-fixtures.ts';

const all = await findFixtures();
const key = `${newMessageId()}-1`;
const account = { url: 'http://provider.test/sms', token: null };

function find(provider: Provider, get: GetJson, token: string | null = null): Promise<Finding> {
  if (provider.find === undefined) throw new Error(`${provider.name} cannot be asked`);
  return provider.find(key, { ...account, token }, get);
}

const askable = all.flatMap(({ provider, lookups }) =>
  lookups === null ? [] : ([[provider.name, { provider, lookups }]] as const),
);

describe.each(askable)('%s', (_, { provider, lookups }) => {
  test('asks once for the message by its idempotency key', async () => {
    const get = jest.fn<GetJson>().mockRejectedValue(new Error('away'));
    await find(provider, get, 'secret');
    await find(provider, get);
    const [[url, headers] = [], [, unauthorized] = []] = get.mock.calls;
    expect(get).toHaveBeenCalledTimes(2);
    expect(url).toMatch(/^http:\/\/provider\.test\/sms\//);
    expect(url).toContain(key);
    expect(headers).toMatchObject({ authorization: 'Bearer secret' });
    expect(unauthorized).not.toHaveProperty('authorization');
  });

  test('can find a message, and can say that there is none', () => {
    const kinds = lookups.map(({ finding }) => finding.kind);
    expect(kinds).toEqual(expect.arrayContaining(['found', 'not_found', 'unknown']));
  });

  test.each(lookups)('makes of $title what it is', async ({ answer, finding }) => {
    expect(await find(provider, async () => answer(key))).toEqual(finding);
  });

  test.each([204, 301, 400, 401, 403, 404, 429, 500, 502, 503])('knows nothing from %i', async (status) => {
    for (const { answer } of lookups)
      expect(await find(provider, async () => ({ ...answer(key), status }))).toEqual({
        kind: 'unknown',
        reason: `http_${status}`,
      });
  });

  test.each([
    ['a refused connection', { code: 'ECONNREFUSED', syscall: 'connect' }, 'connection_refused'],
    ['a time-out', new DOMException('late', 'TimeoutError'), 'timeout'],
    ['a connection that breaks', { code: 'ECONNRESET', syscall: 'read' }, 'connection_lost'],
    ['something that is no error', undefined, 'no_answer'],
  ])('knows nothing from %s', async (__, error, reason) => {
    expect(await find(provider, () => Promise.reject(error))).toEqual({ kind: 'unknown', reason });
    const thrown = () => {
      throw error;
    };
    expect(await find(provider, thrown)).toEqual({ kind: 'unknown', reason });
  });

  test('finds nothing in an answer that does not name the message', async () => {
    const answers: fc.Arbitrary<Answer> = fc.record({
      status: fc.constantFrom(200, 201, 404, 500),
      headers: fc.constant({}),
      body: fc.oneof(
        fc.string(),
        fc.json(),
        fc.jsonValue().map((data) => JSON.stringify({ data: [data] })),
      ),
    });
    await fc.assert(
      fc.asyncProperty(answers, async (answer) => {
        expect(await find(provider, async () => answer)).toMatchObject({ kind: 'unknown' });
      }),
    );
  });
});

test('a provider that cannot be asked does not offer it', () => {
  const silent = all.filter(({ lookups }) => lookups === null);
  expect(silent.filter(({ provider }) => provider.find !== undefined)).toEqual([]);
});
