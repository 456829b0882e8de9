import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { directoryChanged, type DirectoryChanged } from '@parley/contracts/notices/directory-changed';
import { connectBus, listen } from '@parley/platform/bus';
import { until } from '@parley/testkit';
import { seededGateway } from '../testing/seeded-gateway.ts';
import { testKey } from '../testing/test-keys.ts';

const admin = testKey('admin', ['admin']);
const reader = testKey('reader', ['send', 'read']);
const sender = testKey('sender', ['send']);
const otherAdmin = testKey('other-admin', ['admin']);
const listed = testKey('listed', ['admin']);

const notices: DirectoryChanged[] = [];

const { gateway, service, close } = await seededGateway(
  { id: 'first', api_keys: [admin.row, reader.row, sender.row] },
  { id: 'other', api_keys: [otherAdmin.row] },
  { id: 'lists', api_keys: [listed.row] },
);
const listening = listen(await connectBus(service), directoryChanged, (notice) => notices.push(notice));

beforeAll(async () => {
  await listening.start();
});
afterAll(async () => {
  await listening.stop();
  await close();
});

const get = (path: string, key = admin.key) => gateway.call(path, { key });
const create = (body: unknown, key = admin.key) => gateway.call('/v1/users', { key, body });
const change = (name: string, body: unknown, key = admin.key) =>
  gateway.call(`/v1/users/${name}`, { key, method: 'PATCH', body });
const remove = (name: string, key = admin.key) =>
  gateway.call(`/v1/users/${name}`, { key, method: 'DELETE' });

describe('a user', () => {
  test('needs only a name; everything else is there and null', async () => {
    const created = await create({ user_name: 'elmer' });
    expect(created.status).toBe(201);
    expect(created.body).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      user_name: 'elmer',
      first_name: null,
      last_name: null,
      email: null,
      phone: null,
      mfa: false,
      created_at: expect.stringMatching(/Z$/),
      modified_at: created.body['created_at'],
    });
    expect(await get('/v1/users/elmer', reader.key)).toMatchObject({ status: 200, body: created.body });
  });

  test('has addresses in the form in which messages have them', async () => {
    const created = await create({
      user_name: 'Road.Runner_1-x',
      first_name: '😀'.repeat(32),
      last_name: null,
      email: '[Beep@Acme.Test](mailto:Beep@Acme.Test)',
      phone: '1 202 555 0199',
      mfa: true,
    });
    expect(created).toMatchObject({
      status: 201,
      body: {
        first_name: '😀'.repeat(32),
        last_name: null,
        email: 'beep@acme.test',
        phone: '+12025550199',
        mfa: true,
      },
    });
  });

  test('is changed field by field; null takes away, and what is left out stays', async () => {
    const { body } = await create({ user_name: 'wile', first_name: 'Wile', phone: '+12025550111' });
    const changed = await change('wile', { last_name: 'Coyote', phone: null, email: 'WILE@acme.test' });
    expect(changed.status).toBe(200);
    expect(changed.body).toEqual({
      ...body,
      last_name: 'Coyote',
      phone: null,
      email: 'wile@acme.test',
      modified_at: changed.body['modified_at'],
    });
    expect(String(changed.body['modified_at']) >= String(body['modified_at'])).toBe(true);
    expect((await get('/v1/users/wile')).body).toEqual(changed.body);
  });

  test('can be called otherwise, and stays who they are', async () => {
    const { body } = await create({ user_name: 'sam' });
    expect(await change('sam', { user_name: 'yosemite' })).toMatchObject({
      status: 200,
      body: { id: body['id'], user_name: 'yosemite' },
    });
    expect((await get('/v1/users/sam')).status).toBe(404);
    expect((await get('/v1/users/yosemite')).status).toBe(200);
  });

  test('is removed, and the name and the address are free again', async () => {
    const body = { user_name: 'tweety', email: 'tweety@acme.test' };
    const first = await create(body);
    expect(await remove('tweety')).toMatchObject({ status: 204, text: '' });
    expect((await get('/v1/users/tweety')).status).toBe(404);
    const second = await create(body);
    expect(second.status).toBe(201);
    expect(second.body['id']).not.toBe(first.body['id']);
  });

  test('is one of several who share a phone number', async () => {
    const phone = '+12025550177';
    expect((await create({ user_name: 'huey', phone })).status).toBe(201);
    expect((await create({ user_name: 'dewey', phone })).status).toBe(201);
  });
});

describe('a name or an e-mail address that another user has', () => {
  beforeAll(async () => {
    await create({ user_name: 'taz', email: 'taz@acme.test' });
    await create({ user_name: 'marvin', email: 'marvin@acme.test' });
  });

  test.each([
    ['a new user with the name', () => create({ user_name: 'taz' }), '#/user_name'],
    ['a new user with the address', () => create({ user_name: 'x', email: 'TAZ@Acme.Test' }), '#/email'],
    ['a change to the name', () => change('marvin', { user_name: 'taz' }), '#/user_name'],
    ['a change to the address', () => change('marvin', { email: 'Taz@acme.test' }), '#/email'],
  ])('refuses %s with 409', async (_, act, pointer) => {
    expect(await act()).toMatchObject({ status: 409, body: { code: 'conflict', errors: [{ pointer }] } });
    expect((await get('/v1/users/marvin')).body).toMatchObject({
      user_name: 'marvin',
      email: 'marvin@acme.test',
    });
  });

  test('may be sent again for the same user', async () => {
    expect((await change('taz', { user_name: 'taz', email: 'taz@acme.test' })).status).toBe(200);
  });

  test('belongs to one of many who ask for it at once', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => create({ user_name: 'speedy' })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array(9).fill(409)]);
  });

  test('is free in another account, and in other letters if it is a name', async () => {
    expect((await create({ user_name: 'taz', email: 'taz@acme.test' }, otherAdmin.key)).status).toBe(201);
    expect((await create({ user_name: 'TAZ' })).status).toBe(201);
  });
});

describe('what is no user', () => {
  test.each([
    ['no name', {}, '#/user_name'],
    ['a name that begins with a digit', { user_name: '1st' }, '#/user_name'],
    ['a name of 33 characters', { user_name: 'x'.repeat(33) }, '#/user_name'],
    ['a name with a blank', { user_name: 'a b' }, '#/user_name'],
    ['a name that ends in a line break', { user_name: 'ab\n' }, '#/user_name'],
    ['a first name of 33 characters', { user_name: 'a', first_name: 'ä'.repeat(33) }, '#/first_name'],
    ['a last name that cannot be stored', { user_name: 'a', last_name: 'a\0' }, '#/last_name'],
    ['an address that is none', { user_name: 'a', email: 'nobody' }, '#/email'],
    ['an address of 255 characters', { user_name: 'a', email: `a@${'b'.repeat(248)}.test` }, '#/email'],
    ['a phone number that is none', { user_name: 'a', phone: 'MyCorp' }, '#/phone'],
    ['a second factor that is neither on nor off', { user_name: 'a', mfa: 'yes' }, '#/mfa'],
    ['an unknown field', { user_name: 'a', id: 1 }, '#/id'],
    ['a list', [], '#'],
  ])('%s is refused with a pointer', async (_, body, pointer) => {
    expect(await create(body)).toMatchObject({
      status: 422,
      body: { code: 'validation_failed', errors: [{ pointer }] },
    });
  });

  test.each([{ user_name: null }, { mfa: null }, { zap: 1 }])('a change to %j is refused', async (body) => {
    expect((await change('taz', body)).status).toBe(422);
  });

  test.each(['nobody', '1', '%00', 'a%20b', 'x'.repeat(33)])('%s is answered 404', async (name) => {
    const answers = [await get(`/v1/users/${name}`), await change(name, {}), await remove(name)];
    for (const answer of answers) expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  test('somebody of another account is answered 404', async () => {
    await create({ user_name: 'theirs' }, otherAdmin.key);
    const answers = [await get('/v1/users/theirs'), await change('theirs', {}), await remove('theirs')];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
  });
});

test('everyone who may read sees users, only admins change them', async () => {
  expect((await get('/v1/users', reader.key)).status).toBe(200);
  const refused = [
    await get('/v1/users', sender.key),
    await create({ user_name: 'nope' }, reader.key),
    await change('taz', {}, reader.key),
    await remove('taz', reader.key),
  ];
  for (const answer of refused)
    expect(answer).toMatchObject({ status: 403, body: { code: 'insufficient_scope' } });
});

test('every change is told, with a version that rises', async () => {
  const told = () => notices.filter(({ account_id }) => account_id === 'other').map(({ version }) => version);
  const before = Math.max(1, ...told());
  await create({ user_name: 'pepe' }, otherAdmin.key);
  await change('pepe', { first_name: 'Pepé' }, otherAdmin.key);
  await remove('pepe', otherAdmin.key);
  await until(() => told().length > 2 && Math.max(...told()) >= before + 3, { what: 'all are told' });
});

test('users are listed by name, in pages of either style', async () => {
  for (const user_name of ['bugs', 'Daffy', 'anna', 'b-1', 'bugsy']) await create({ user_name }, listed.key);
  const names = async (query: string) =>
    [(await get(`/v1/users${query}`, listed.key)).body['data']].flat().map((user) => Object(user).user_name);
  const all = ['Daffy', 'anna', 'b-1', 'bugs', 'bugsy'];
  expect(await names('')).toEqual(all);
  const first = await get('/v1/users?limit=3', listed.key);
  expect(first.body).toMatchObject({ has_more: true, next_cursor: expect.any(String) });
  expect(await names(`?limit=3&cursor=${String(first.body['next_cursor'])}`)).toEqual(all.slice(3));
  expect(await names('?page=2&per_page=2')).toEqual(all.slice(2, 4));
  expect((await get('/v1/users?page=9&per_page=2', listed.key)).body).toEqual({
    data: [],
    meta: { total: 5, page: 9, per_page: 2, pages: 3 },
  });
  expect(await get('/v1/users?zap=1', listed.key)).toMatchObject({ status: 422 });
});
