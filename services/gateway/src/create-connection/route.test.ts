import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connectionId } from '@parley/contracts/ids';
import { queryConnections, type ConnectionHealth } from '@parley/contracts/requests/query-connections';
import { receiveWebhooks } from '@parley/contracts/requests/receive-webhooks';
import { openConnection } from '@parley/platform/secrets';
import { testKeyring } from '@parley/testkit';
import { seededGateway } from '../testing/seeded-gateway.ts';
import { loadActs } from '../testing/load-acts.ts';
import { testKey } from '../testing/test-keys.ts';

const admin = testKey('admin', ['admin']);
const otherAdmin = testKey('other-admin', ['admin']);
const sms = { provider: 'sms-gateway', url: 'https://sms.example/v1/' };

const { gateway, databaseUrl, db, close } = await seededGateway(
  { id: 'first', senders: [], api_keys: [admin.row] },
  { id: 'other', senders: [], api_keys: [otherAdmin.row] },
);

beforeAll(async () => {
  await gateway.standIn(receiveWebhooks, async (items) => items.map(() => ({ outcome: 'accepted' })));
});
afterAll(close);

const list = (query = '', { key } = admin) => gateway.call(`/v1/connections${query}`, { key });
const create = (body: unknown, { key } = admin) => gateway.call('/v1/connections', { key, body });

async function stored(id: string) {
  const row = await db
    .selectFrom('connection')
    .selectAll()
    .where('id', '=', connectionId.parse(id))
    .executeTakeFirstOrThrow();
  for (const secret of [...row.secrets, ...(row.token === null ? [] : [row.token])])
    expect(testKeyring().isCurrent(secret)).toBe(true);
  return { ...row, ...openConnection(testKeyring(), id, row) };
}
const versionOf = async (account: string) =>
  (await db.selectFrom('account').select(['id', 'version']).execute()).find(({ id }) => id === account)
    ?.version;

test.each([
  'http://127.0.0.1:9/',
  'https://[::1]/',
  'http://2130706433/',
  'http://169.254.169.254/latest',
  'http://localhost/',
])('a connection may not lead to %s, neither new nor changed', async (url) => {
  const problem = {
    code: 'validation_failed',
    errors: [{ pointer: '#/url', detail: 'leads to an address that is not public' }],
  };
  const refused = await create({ provider: 'sms-gateway', id: 'inward', url });
  expect([refused.status, refused.body]).toEqual([422, expect.objectContaining(problem)]);
  expect(await stored('inward').catch(() => 'nothing')).toBe('nothing');
});

describe('a new connection', () => {
  test('sends all that its provider sends, 10 a second for each sender, and shows its secret once', async () => {
    const { status, body } = await create({ ...sms, id: 'bulk', token: 'Bearer-me' });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: 'bulk',
      account_id: 'first',
      provider: 'sms-gateway',
      types: ['sms', 'mms'],
      priority: 0,
      url: 'https://sms.example/v1',
      rate_per_second: 10,
      honours_idempotency_keys: null,
      shared: false,
      created_at: expect.stringMatching(/Z$/),
      disabled_at: null,
      has_token: true,
      live_secrets: 1,
      secret: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(await stored('bulk')).toMatchObject({ token: 'Bearer-me', secrets: [body['secret']] });
    const { text } = await list();
    expect(text).toContain('"bulk"');
    expect(text).not.toContain(String(body['secret']));
    expect(text).not.toContain('Bearer-me');
  });

  test('only receives without a URL, gets an id where none is given, and a secret of its provider’s form', async () => {
    const { status, body } = await create({ provider: 'mail-gateway', rate_per_second: null, priority: 7 });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      id: expect.stringMatching(/^mail-gateway-[0-9a-z]{8}$/),
      types: [],
      url: null,
      rate_per_second: null,
      priority: 7,
      secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
    });
  });

  test('takes a secret that the other side has already', async () => {
    const { body } = await create({ ...sms, secret: 'theirs-since-2019', honours_idempotency_keys: false });
    expect(body).toMatchObject({ secret: 'theirs-since-2019', honours_idempotency_keys: false });
  });

  test('has a webhook path and counts at once', async () => {
    const before = await versionOf('first');
    expect((await gateway.call('/webhooks/door', { body: {} })).status).toBe(404);
    await create({ ...sms, id: 'door' });
    expect((await gateway.call('/webhooks/door', { body: {} })).status).toBe(200);
    expect(await versionOf('first')).toBe(Number(before) + 1);
  });

  test('cannot have an id that is taken, in whatever account', async () => {
    await create({ ...sms, id: 'unique' });
    for (const key of [admin, otherAdmin])
      expect(await create({ ...sms, id: 'unique' }, key)).toMatchObject({
        status: 409,
        body: { code: 'conflict' },
      });
  });

  test('is made for other accounts by the first one only', async () => {
    expect(await create({ ...sms, id: 'theirs', account_id: 'other' })).toMatchObject({
      status: 201,
      body: { account_id: 'other' },
    });
    expect(await create({ ...sms, account_id: 'first' }, otherAdmin)).toMatchObject({
      status: 403,
      body: { code: 'insufficient_scope' },
    });
    expect(await create({ ...sms, account_id: 'nobody' })).toMatchObject({ status: 404 });
  });

  test('is shared by the first account only', async () => {
    expect((await create({ ...sms, id: 'shared', shared: true })).body).toMatchObject({ shared: true });
    const refused = { status: 403, body: { code: 'insufficient_scope' } };
    expect(await create({ ...sms, shared: true }, otherAdmin)).toMatchObject(refused);
    expect((await create({ ...sms, id: 'unshared', shared: false }, otherAdmin)).status).toBe(201);
    const share = (shared: boolean, { key } = otherAdmin) =>
      gateway.call('/v1/connections/unshared', { key, method: 'PATCH', body: { shared } });
    expect(await share(true)).toMatchObject(refused);
    expect((await share(true, admin)).body).toMatchObject({ shared: true });
    expect((await share(false)).body).toMatchObject({ shared: false });
  });

  test('is in the audit log without its secrets', async () => {
    await create({ ...sms, id: 'audited', token: 'Bearer-me', secret: 'not-to-be-told' });
    const line = (await loadActs(databaseUrl)).at(-1);
    expect(line).toMatchObject({
      account_id: 'first',
      by: 'admin',
      action: 'connection.create',
      subject: 'audited',
      details: { provider: 'sms-gateway', url: 'https://sms.example/v1' },
    });
    expect(JSON.stringify(line)).not.toMatch(/Bearer-me|not-to-be-told/);
  });

  test.each([
    ['an unknown provider', { provider: 'pigeon' }, '#/provider'],
    ['no provider', { url: sms.url }, '#/provider'],
    ['a type that its provider does not send', { ...sms, types: ['sms', 'email'] }, '#/types/1'],
    ['no secret of a provider that makes it', { provider: 'twilio' }, '#/secret'],
    ['an unknown type', { ...sms, types: ['fax'] }, '#/types/0'],
    ['nothing to call', { provider: 'sms-gateway', types: ['sms'] }, '#/url'],
    ['a URL of another scheme', { ...sms, url: 'ftp://sms.example' }, '#/url'],
    ['a URL with a password', { ...sms, url: 'https://me:pw@sms.example' }, '#/url'],
    ['a URL with a query', { ...sms, url: 'https://sms.example/?a=1' }, '#/url'],
    ['something that is no URL', { ...sms, url: 'sms.example' }, '#/url'],
    ['an id that is no part of a path', { ...sms, id: 'a/b' }, '#/id'],
    ['a rate of zero', { ...sms, rate_per_second: 0 }, '#/rate_per_second'],
    ['a priority below zero', { ...sms, priority: -1 }, '#/priority'],
    ['a token that no header can carry', { ...sms, token: 'a\nb' }, '#/token'],
    ['a short secret', { ...sms, secret: 'short' }, '#/secret'],
    ['a secret without a key in it', { ...sms, secret: 'whsec_==' }, '#/secret'],
    ['an unknown field', { ...sms, zap: 1 }, '#/zap'],
  ])('is refused with a pointer for %s', async (_, body, pointer) => {
    expect(await create(body)).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
  });
});

describe('connections are listed', () => {
  const health: Omit<ConnectionHealth, 'connection_id'> = {
    breaker: 'open',
    paused_until: '2026-01-15T10:00:00.000Z',
    reason: 'unavailable',
    waiting: 12,
  };

  test('with how they are doing, or without while nobody can say', async () => {
    const { body } = await create({ ...sms, id: 'watched' }, otherAdmin);
    const { secret: _, ...shown } = body;
    const unknown = { breaker: null, paused_until: null, reason: null, waiting: null };
    expect((await list('', otherAdmin)).body['data']).toContainEqual({ ...shown, ...unknown });
    const stop = await gateway.standIn(queryConnections, async (items) =>
      items.map(({ connection_id }) => ({ connection_id, ...health })),
    );
    const known = await list('', otherAdmin);
    await stop();
    expect(known.body['data']).toContainEqual({ ...shown, ...health });
  });

  test('in pages of either style, of one account; others only for the first one', async () => {
    const numbered = await list('?account_id=other&page=1&per_page=1');
    expect(numbered).toMatchObject({
      status: 200,
      body: { data: [{ account_id: 'other' }], meta: { page: 1 } },
    });
    expect((await list('', otherAdmin)).text).not.toContain('"first"');
    expect(await list('?account_id=first', otherAdmin)).toMatchObject({ status: 403 });
    expect(await list('?account_id=nobody')).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(await list('?zap=1')).toMatchObject({ status: 422 });
  });
});
