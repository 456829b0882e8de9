import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { seededGateway } from '../testing/seeded-gateway.ts';
import { testKey } from '../testing/test-keys.ts';

const admin = testKey('admin', ['admin']);
const reader = testKey('reader', ['send', 'read']);
const otherAdmin = testKey('other-admin', ['admin']);
const names = ['anna', 'ben', 'carl', 'dora'];

const { gateway, close } = await seededGateway(
  { api_keys: [admin.row, reader.row] },
  { id: 'other', api_keys: [otherAdmin.row], users: [{ user_name: 'zoe' }] },
);
afterAll(close);

const act = (method: string, path: string, { key } = admin) =>
  gateway.call(`/v1/users/${path}`, { method, key });
const befriend = (one: string, other: string, key = admin) => act('PUT', `${one}/friends/${other}`, key);
const part = (one: string, other: string, key = admin) => act('DELETE', `${one}/friends/${other}`, key);
const friendsOf = async (name: string, query = '') =>
  [(await act('GET', `${name}/friends${query}`, reader)).body['data']]
    .flat()
    .map((user) => Object(user).user_name);

beforeEach(async () => {
  for (const user_name of names) {
    await act('DELETE', user_name);
    await gateway.call('/v1/users', { key: admin.key, body: { user_name } });
  }
});

test('friends are friends of each other, whoever is named first, until they are no more', async () => {
  expect(await befriend('carl', 'anna')).toMatchObject({ status: 204, text: '' });
  expect((await befriend('anna', 'carl')).status).toBe(204);
  expect((await befriend('anna', 'ben')).status).toBe(204);
  expect(await friendsOf('anna')).toEqual(['ben', 'carl']);
  expect(await friendsOf('carl')).toEqual(['anna']);
  expect((await part('anna', 'carl')).status).toBe(204);
  expect(await friendsOf('carl')).toEqual([]);
  expect(await part('carl', 'anna')).toMatchObject({ status: 404, body: { code: 'not_found' } });
});

test('who is removed is nobody’s friend', async () => {
  await befriend('anna', 'ben');
  expect((await act('DELETE', 'ben')).status).toBe(204);
  expect(await friendsOf('anna')).toEqual([]);
});

test('friends are listed as users, in pages', async () => {
  for (const name of ['dora', 'ben', 'carl']) await befriend('anna', name);
  const first = await act('GET', 'anna/friends?limit=2', reader);
  expect(first.body).toMatchObject({
    data: [
      { user_name: 'ben', mfa: false },
      { user_name: 'carl', phone: null },
    ],
    has_more: true,
  });
  const cursor = String(first.body['next_cursor']);
  expect(await friendsOf('anna', `?cursor=${cursor}`)).toEqual(['dora']);
  expect((await act('GET', `ben/friends?cursor=${cursor}`)).status).toBe(422);
  expect(await friendsOf('anna', '?page=2&per_page=2')).toEqual(['dora']);
});

test('only users of the account become friends, and nobody their own', async () => {
  for (const answer of [
    await befriend('anna', 'nobody'),
    await befriend('nobody', 'anna'),
    await befriend('anna', 'zoe'),
    await befriend('anna', '%00'),
    await befriend('anna', 'ben', otherAdmin),
    await act('GET', 'nobody/friends'),
  ])
    expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } });
  expect(await befriend('anna', 'anna')).toMatchObject({
    status: 422,
    body: { code: 'validation_failed', errors: [{ pointer: '#/friend' }] },
  });
  expect((await befriend('anna', 'ben', reader)).status).toBe(403);
  expect((await part('anna', 'ben', reader)).status).toBe(403);
});

test('friends who are made from both sides at once are friends once', async () => {
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      index % 2 === 0 ? befriend('anna', 'ben') : befriend('ben', 'anna'),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(204));
  expect(await friendsOf('anna')).toEqual(['ben']);
});

test('an account may want those who chat to be friends', async () => {
  const change = (body: unknown) =>
    gateway.call('/v1/accounts/acme', { key: admin.key, method: 'PATCH', body });
  expect((await change({ name: 'Acme' })).body).toMatchObject({ chat_friends_only: false });
  expect(await change({ chat_friends_only: true })).toMatchObject({
    status: 200,
    body: { name: 'Acme', chat_friends_only: true },
  });
  expect((await change({ name: 'Acme Inc' })).body).toMatchObject({ chat_friends_only: true });
  expect((await change({ chat_friends_only: 'yes' })).status).toBe(422);
});
