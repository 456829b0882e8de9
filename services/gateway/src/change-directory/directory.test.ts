import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newRowId } from '@parley/contracts/ids';
import { directoryChanged, type DirectoryChanged } from '@parley/contracts/notices/directory-changed';
import { acceptMessages } from '@parley/contracts/requests/accept-messages';
import { connectBus, listen } from '@parley/platform/bus';
import { until } from '@parley/testkit';
import { seededGateway } from '../testing/seeded-gateway.ts';
import { testKey } from '../testing/test-keys.ts';

const admin = testKey('admin', ['admin']);
const reader = testKey('reader', ['send', 'read']);
const otherAdmin = testKey('other-admin', ['admin']);

const notices: DirectoryChanged[] = [];
let versions: number[] = [];

const { gateway, service, close } = await seededGateway(
  { id: 'first', senders: [], api_keys: [admin.row, reader.row] },
  { id: 'other', senders: [], api_keys: [otherAdmin.row] },
);
const listening = listen(await connectBus(service), directoryChanged, (notice) => notices.push(notice));

beforeAll(async () => {
  await gateway.standIn(acceptMessages, async (items) => {
    versions.push(...items.map((item) => item.directory_version));
    return items.map(() => ({ outcome: 'refused', code: 'blocked_keyword', detail: 'No.' }));
  });
  await listening.start();
});
afterAll(async () => {
  await listening.stop();
  await close();
});

const get = (path: string, key = admin.key) => gateway.call(path, { key });
const post = (path: string, body: unknown, key = admin.key) => gateway.call(path, { key, body });
const remove = (path: string, key = admin.key) => gateway.call(path, { key, method: 'DELETE' });

/** The directory version that dispatcher would be told of right now. */
async function stampedVersion(): Promise<number> {
  versions = [];
  await post('/v1/messages', { from: 'MyCorp', to: '+18045551234', body: 'Hello' });
  return versions[0] ?? Number.NaN;
}

describe('senders', () => {
  test('are added in normalised form, listed, and removed', async () => {
    const added = await post('/v1/senders', { kind: 'number', address: '1 (804) 555'.replace(/[()]/g, '') });
    expect(added).toMatchObject({ status: 201, body: { kind: 'number', address: '+1804555' } });
    const id = String(added.body['id']);
    expect(Object.keys(added.body)).toEqual(['id', 'kind', 'address', 'created_at']);
    expect((await get('/v1/senders', reader.key)).body['data']).toEqual([added.body]);
    expect(await remove(`/v1/senders/${id}`)).toMatchObject({ status: 204, text: '' });
    expect((await get('/v1/senders')).body['data']).toEqual([]);
    expect((await remove(`/v1/senders/${id}`)).status).toBe(404);
  });

  test('count in the next request: it is stamped with the new version, which everyone is told', async () => {
    const before = await stampedVersion();
    const added = await post('/v1/senders', { kind: 'alphanumeric', address: 'MyCorp' });
    expect(await stampedVersion()).toBe(before + 1);
    await remove(`/v1/senders/${String(added.body['id'])}`);
    expect(await stampedVersion()).toBe(before + 2);
    const told = () =>
      notices.filter((notice) => notice.account_id === 'first').map(({ version }) => version);
    await until(() => told().includes(before + 1) && told().includes(before + 2), { what: 'both are told' });
  });

  test('of the kinds number and email belong to one account, names and * to everyone', async () => {
    const number = { kind: 'number', address: '+15005550006' };
    const everyNumber = { kind: 'number', address: '*' };
    const name = { kind: 'alphanumeric', address: 'Everyone' };
    for (const sender of [number, everyNumber, name])
      expect((await post('/v1/senders', sender)).status).toBe(201);
    const again = await Promise.all([
      post('/v1/senders', number),
      post('/v1/senders', number, otherAdmin.key),
      post('/v1/senders', everyNumber, otherAdmin.key),
      post('/v1/senders', name, otherAdmin.key),
    ]);
    expect(again.map((answer) => answer.status)).toEqual([409, 409, 201, 201]);
    expect(again[0]?.body).toMatchObject({ code: 'conflict' });
  });

  test('of another account are not seen and not removed', async () => {
    const added = await post('/v1/senders', { kind: 'email', address: 'Desk@Other.test' }, otherAdmin.key);
    expect(added.body).toMatchObject({ address: 'desk@other.test' });
    expect(await remove(`/v1/senders/${String(added.body['id'])}`)).toMatchObject({ status: 404 });
    expect((await get('/v1/senders')).text).not.toContain('desk@other.test');
  });

  test.each([
    ['an address of another kind', { kind: 'email', address: '+18045551234' }, '#/address'],
    ['an unknown kind', { kind: 'fax', address: '*' }, '#/kind'],
    ['a missing address', { kind: 'email' }, '#/address'],
    ['an unknown field', { kind: 'email', address: '*', zap: 1 }, '#/zap'],
  ])('are refused with a pointer for %s', async (_, body, pointer) => {
    expect(await post('/v1/senders', body)).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
  });

  test('are listed in pages of either style, oldest first', async () => {
    for (const address of ['a@page.test', 'b@page.test', 'c@page.test'])
      await post('/v1/senders', { kind: 'email', address }, otherAdmin.key);
    const all = await get('/v1/senders', otherAdmin.key);
    const first = await get('/v1/senders?limit=2', otherAdmin.key);
    const cursor = String(first.body['next_cursor']);
    const rest = await get(`/v1/senders?limit=200&cursor=${cursor}`, otherAdmin.key);
    expect(first.body['has_more']).toBe(true);
    expect([first.body['data'], rest.body['data']].flat()).toEqual(all.body['data']);
    const second = await get('/v1/senders?page=2&per_page=2', otherAdmin.key);
    const total = [all.body['data']].flat().length;
    expect(second.body['meta']).toEqual({ total, page: 2, per_page: 2, pages: Math.ceil(total / 2) });
    expect([second.body['data']].flat()[0]).toEqual([all.body['data']].flat()[2]);
    expect(await get(`/v1/senders?cursor=${cursor}`)).toMatchObject({ status: 422 });
  });
});

describe('accounts', () => {
  test('are made and listed by the first account, ids of digits included', async () => {
    const made = await post('/v1/accounts', { id: '4711', name: 'Cologne' });
    expect(made).toMatchObject({ status: 201, body: { id: '4711', name: 'Cologne' } });
    expect((await get('/v1/accounts')).body['data']).toContainEqual(made.body);
    expect(await post('/v1/accounts', { id: '4711', name: 'Again' })).toMatchObject({
      status: 409,
      body: { code: 'conflict' },
    });
  });

  test('get an id where none is given', async () => {
    const made = await post('/v1/accounts', { name: 'Nameless' });
    expect(String(made.body['id'])).not.toBe('');
  });

  test('have words that their texts may not contain, which count in the next request', async () => {
    const made = await post('/v1/accounts', { id: 'wordy', name: 'Wordy' });
    expect(made.body).toMatchObject({ blocked_words: ['STOP'] });
    const before = await stampedVersion();
    const change = (body: unknown, id = 'wordy') =>
      gateway.call(`/v1/accounts/${id}`, { key: admin.key, method: 'PATCH', body });
    const changed = await change({ blocked_words: [' quit ', 'End', 'quit'] });
    expect(changed).toMatchObject({ status: 200, body: { ...made.body, blocked_words: ['quit', 'End'] } });
    expect(await change({ name: 'Quiet', blocked_words: [] })).toMatchObject({
      body: { name: 'Quiet', blocked_words: [] },
    });
    expect(await change({ blocked_words: ['Halt'] }, 'first')).toMatchObject({ status: 200 });
    expect(await stampedVersion()).toBe(before + 1);
    expect((await change({ name: 'Nobody' }, 'nobody')).status).toBe(404);
    for (const blocked_words of [[''], ['x'.repeat(51)], 'STOP'])
      expect((await change({ blocked_words })).status).toBe(422);
  });

  test('are nobody else’s business', async () => {
    for (const answer of [
      await get('/v1/accounts', otherAdmin.key),
      await post('/v1/accounts', { name: 'Mine' }, otherAdmin.key),
      await post('/v1/accounts', { name: 'Mine' }, reader.key),
      await gateway.call('/v1/accounts/other', {
        key: otherAdmin.key,
        method: 'PATCH',
        body: { name: 'Mine' },
      }),
    ])
      expect(answer).toMatchObject({ status: 403, body: { code: 'insufficient_scope' } });
  });

  test.each([
    [{ id: '', name: 'x' }, '#/id'],
    [{ id: 'x'.repeat(65), name: 'x' }, '#/id'],
    [{ id: 5, name: 'x' }, '#/id'],
    [{}, '#/name'],
  ])('cannot be %j', async (body, pointer) => {
    expect(await post('/v1/accounts', body)).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
  });
});

describe('API keys', () => {
  test('are shown once, work at once, and are revoked at once in this process', async () => {
    const made = await post('/v1/api-keys', { account_id: 'first', scopes: ['read'] });
    expect(made).toMatchObject({
      status: 201,
      body: { account_id: 'first', scopes: ['read'], expires_at: null },
    });
    const key = String(made.body['key']);
    expect(key).toMatch(/^parley_live_[0-9a-z]{12}_[0-9A-Za-z]{40}$/);
    expect((await get('/v1/senders', key)).status).toBe(200);
    expect((await get('/v1/api-keys')).text).not.toContain(key);
    const id = String(made.body['id']);
    expect((await get('/v1/api-keys')).text).toContain(id);
    expect((await remove(`/v1/api-keys/${id}`)).status).toBe(204);
    expect(await get('/v1/senders', key)).toMatchObject({ status: 401, body: { code: 'invalid_api_key' } });
    expect((await remove(`/v1/api-keys/${id}`)).status).toBe(404);
  });

  test('expire', async () => {
    const body = { account_id: 'first', scopes: ['read'], expires_at: '2020-01-01T01:00:00+01:00' };
    const made = await post('/v1/api-keys', body);
    expect(made.body).toMatchObject({ expires_at: '2020-01-01T00:00:00.000Z' });
    expect((await get('/v1/senders', String(made.body['key']))).status).toBe(401);
  });

  test('are made for other accounts by the first one, and by others only for themselves', async () => {
    const theirs = { account_id: 'other', scopes: ['read'] };
    const made = await post('/v1/api-keys', theirs);
    expect(made.status).toBe(201);
    expect((await get('/v1/senders', String(made.body['key']))).status).toBe(200);
    expect((await post('/v1/api-keys', theirs, otherAdmin.key)).status).toBe(201);
    expect(
      await post('/v1/api-keys', { account_id: 'first', scopes: ['read'] }, otherAdmin.key),
    ).toMatchObject({ status: 403, body: { code: 'insufficient_scope' } });
    expect((await post('/v1/api-keys', { account_id: 'nobody', scopes: ['read'] })).status).toBe(404);
    expect((await get('/v1/api-keys?account_id=other')).text).toContain(String(made.body['id']));
    expect((await get('/v1/api-keys?account_id=first', otherAdmin.key)).status).toBe(403);
    expect((await get('/v1/api-keys?account_id=nobody')).status).toBe(404);
    expect((await remove('/v1/api-keys/admin', otherAdmin.key)).status).toBe(404);
    expect((await remove(`/v1/api-keys/${String(made.body['id'])}`)).status).toBe(204);
  });

  test.each([
    [{ account_id: 'first', scopes: [] }, '#/scopes'],
    [{ account_id: 'first', scopes: ['root'] }, '#/scopes/0'],
    [{ account_id: 'first', scopes: ['read'], expires_at: 'soon' }, '#/expires_at'],
    [{ scopes: ['read'] }, '#/account_id'],
  ])('cannot be %j', async (body, pointer) => {
    expect(await post('/v1/api-keys', body)).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
  });

  test.each([newRowId(), 'hello', '%00'])('answer 404 for %s, which names none', async (id) => {
    expect((await remove(`/v1/api-keys/${id}`)).status).toBe(404);
    expect((await remove(`/v1/senders/${id}`)).status).toBe(404);
  });
});
