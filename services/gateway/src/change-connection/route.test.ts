import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { connectionId } from '@parley/contracts/ids';
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
const change = (id: string, body: unknown, { key } = admin) =>
  gateway.call(`/v1/connections/${id}`, { key, method: 'PATCH', body });
const disable = (id: string, { key } = admin) =>
  gateway.call(`/v1/connections/${id}`, { key, method: 'DELETE' });

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

describe('a connection is changed', () => {
  test('field by field; what is left out stays', async () => {
    await create({ ...sms, id: 'changing', priority: 3, token: 'old-token' });
    const changed = await change('changing', {
      url: 'https://new.example',
      rate_per_second: 0.5,
      types: ['sms'],
      honours_idempotency_keys: true,
      token: null,
    });
    expect(changed).toMatchObject({
      status: 200,
      body: {
        id: 'changing',
        priority: 3,
        url: 'https://new.example',
        rate_per_second: 0.5,
        types: ['sms'],
        honours_idempotency_keys: true,
        has_token: false,
      },
    });
    expect(changed.body).not.toHaveProperty('secret');
    const { body } = await change('changing', { token: 'new-token', rate_per_second: null });
    expect(body).toMatchObject({ has_token: true, rate_per_second: null, url: 'https://new.example' });
    expect((await loadActs(databaseUrl)).at(-1)).toEqual({
      account_id: 'first',
      by: 'admin',
      action: 'connection.change',
      subject: 'changing',
      details: { token: '(hidden)', rate_per_second: null },
    });
  });

  test('to another secret, which is shown once; the one before it stays live', async () => {
    const first = (await create({ ...sms, id: 'rotated' })).body['secret'];
    const second = await change('rotated', { rotate_secret: true });
    expect(second.body).toMatchObject({ live_secrets: 2, secret: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect((await stored('rotated')).secrets).toEqual([second.body['secret'], first]);
    const third = await change('rotated', { rotate_secret: true, secret: 'made-elsewhere' });
    expect(third.body).toMatchObject({ live_secrets: 2, secret: 'made-elsewhere' });
    expect((await stored('rotated')).secrets).toEqual(['made-elsewhere', second.body['secret']]);
    const { text } = await change('rotated', {});
    expect(text).not.toContain('secret"');
    expect(JSON.stringify(await loadActs(databaseUrl))).not.toContain('made-elsewhere');
  });

  test('at the same time by many without losing a secret that was shown', async () => {
    await create({ ...sms, id: 'contended' });
    const rotations = await Promise.all([1, 2, 3].map(() => change('contended', { rotate_secret: true })));
    const shown = rotations.map(({ body }) => body['secret']);
    const { secrets } = await stored('contended');
    expect(secrets).toHaveLength(2);
    expect(shown).toEqual(expect.arrayContaining(secrets));
  });

  test.each([
    ['a type that its provider does not send', { types: ['email'] }, '#/types/0'],
    ['nothing to call any more', { url: null }, '#/url'],
    ['a secret without rotation', { secret: 'made-elsewhere' }, '#/secret'],
    ['no rotation', { rotate_secret: false }, '#/rotate_secret'],
    ['another provider', { provider: 'generic' }, '#/provider'],
  ])('never to %s', async (_, body, pointer) => {
    await create({ ...sms, id: 'kept' });
    expect(await change('kept', body)).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
  });

  test('by nobody but its account and the first one', async () => {
    await create({ ...sms, id: 'guarded' });
    await create({ ...sms, id: 'guarded-too' }, otherAdmin);
    for (const answer of [
      await change('guarded', { priority: 1 }, otherAdmin),
      await disable('guarded', otherAdmin),
      await change('nothing', { priority: 1 }),
      await change('%00', { priority: 1 }),
    ])
      expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect((await change('guarded-too', { priority: 1 })).status).toBe(200);
  });
});

describe('a connection is disabled', () => {
  test('and is neither used nor changed any more; its webhooks are taken for a while', async () => {
    await create({ ...sms, id: 'old' });
    expect(await disable('old')).toMatchObject({ status: 204, text: '' });
    expect((await list('?limit=200')).text).toMatch(/"id":"old"[^}]*"disabled_at":"2/);
    expect((await disable('old')).status).toBe(404);
    expect(await change('old', { priority: 1 })).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect((await create({ ...sms, id: 'old' })).status).toBe(409);
    expect((await gateway.call('/webhooks/old', { body: {} })).status).toBe(200);
    expect((await loadActs(databaseUrl)).at(-1)).toMatchObject({
      action: 'connection.disable',
      subject: 'old',
    });
  });
});
