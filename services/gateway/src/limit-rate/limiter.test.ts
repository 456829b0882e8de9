import { afterAll, expect, test } from '@jest/globals';
import { accountId } from '@parley/contracts/ids';
import { seededGateway } from '../testing/seeded-gateway.ts';
import { testKey } from '../testing/test-keys.ts';
import { createLimiter } from './limiter.ts';

const admin = testKey('admin', ['admin']);
const [one, other, free] = ['one', 'other', 'free'].map((id) => testKey(id, ['read']));

const { gateway, close } = await seededGateway(
  { id: 'first', api_keys: [admin.row, ...(free ? [free.row] : [])] },
  {
    id: 'limited',
    api_keys: [one, other].flatMap((key) => (key ? [key.row] : [])),
  },
);
afterAll(close);

const change = (rate_limit: unknown) =>
  gateway.call('/v1/accounts/limited', { method: 'PATCH', key: admin.key, body: { rate_limit } });
const list = (key = one, path = '/v1/senders') => gateway.call(path, { key: key?.key ?? '' });
const told = ({ headers }: { headers: Headers }) =>
  ['ratelimit-policy', 'ratelimit', 'retry-after'].map((name) => headers.get(name));

test('a key is as free as its account says: each key by itself, refusals included, others not at all', async () => {
  expect(told(await list())).toEqual([null, null, null]);
  expect((await change({ requests: 2, seconds: 3_600 })).body).toMatchObject({
    rate_limit: { requests: 2, seconds: 3_600 },
  });
  expect(told(await list())).toEqual(['"key";q=2;w=3600', '"key";r=1;t=1800', null]);
  const nothing = await list(one, '/v1/messages/none');
  expect(nothing.status).toBe(404);
  expect(told(nothing)).toEqual(['"key";q=2;w=3600', '"key";r=0;t=3600', null]);

  const refused = await list();
  expect(refused.status).toBe(429);
  expect(refused.body).toMatchObject({ code: 'rate_limited', status: 429 });
  expect(told(refused)).toEqual([
    '"key";q=2;w=3600',
    expect.stringMatching(/^"key";r=0;t=1(800|799)$/),
    expect.any(String),
  ]);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(1_700);

  expect((await list(other)).status).toBe(200);
  expect(told(await list(free))).toEqual([null, null, null]);
  expect((await change(null)).body).toMatchObject({ rate_limit: null });
  expect((await list()).status).toBe(200);
});

test.each([
  0,
  {},
  { requests: 0, seconds: 1 },
  { requests: 1, seconds: 0 },
  { requests: 1.5, seconds: 1 },
  { requests: 1, seconds: 1, burst: 2 },
])('%j is no limit', async (rate_limit) => {
  expect((await change(rate_limit)).status).toBe(422);
});

test('those used last are remembered, however many others there are', async () => {
  const limit = createLimiter(() => 0);
  const account_id = accountId.parse('limited');
  const caller = { account_id, directory_version: 1, scopes: [], expires_at: null };
  const reply = { status: 200, headers: {}, body: '' };
  const rate_limit = { requests: 2, seconds: 60 };
  const use = (key_id: string) => limit({ ...caller, key_id, rate_limit }, async () => reply);
  await use('again');
  await use('again');
  for (const round of Array.from({ length: 6 }).keys()) {
    for (let other = 0; other < 10_000; other += 1) await use(`other-${round}-${other}`);
    await expect(use('again')).rejects.toMatchObject({ code: 'rate_limited' });
  }
});
