import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { queryMessages, type MessageQuery } from '@parley/contracts/requests/query-messages';
import { aMessage } from '@parley/testkit';
import { seededGateway } from '../testing/seeded-gateway.ts';
import { testKey } from '../testing/test-keys.ts';

const reader = testKey('read', ['read']);
const sender = testKey('send', ['send']);
const stranger = testKey('stranger', ['read']);
const message = aMessage();

const asked: MessageQuery[] = [];

const { gateway, accounts, close } = await seededGateway(
  { api_keys: [reader.row, sender.row], users: [{ user_name: 'bugs', phone: '+12025550142' }] },
  { id: 'other', api_keys: [stranger.row] },
);
const userIds = accounts[0]?.users ?? [];

beforeAll(async () => {
  await gateway.standIn(queryMessages, async (queries) => {
    asked.push(...queries);
    return queries.map(() => ({ rows: [message], next: null, total: 1 }));
  });
});
afterAll(close);

const get = (path: string, { key } = reader) => gateway.call(path, { key });

test('a user’s messages are asked for by who they are and by their addresses', async () => {
  const answer = await get('/v1/users/bugs/messages?days=7&direction=inbound&limit=5');
  expect(asked).toMatchObject([
    {
      account_id: 'acme',
      filter: { user: { id: userIds[0], addresses: ['+12025550142'] }, direction: 'inbound' },
      page: { style: 'keyset', after: null, limit: 5 },
    },
  ]);
  expect(answer).toMatchObject({
    status: 200,
    body: { data: [{ id: `msg_${message.id}` }], next_cursor: null, has_more: false },
  });
});

test.each([
  ['of nobody', 'nobody', reader, { status: 404, body: { code: 'not_found' } }],
  ['of what is no name', '1', reader, { status: 404, body: { code: 'not_found' } }],
  ['of a user of another account', 'bugs', stranger, { status: 404, body: { code: 'not_found' } }],
  ['for a key that may not read', 'bugs', sender, { status: 403, body: { code: 'insufficient_scope' } }],
])('the messages %s are refused', async (_, name, key, problem) => {
  expect(await get(`/v1/users/${name}/messages`, key)).toMatchObject(problem);
});

test('what cannot be used is refused, and what nothing can be is asked of nobody', async () => {
  const before = asked.length;
  expect(await get('/v1/users/bugs/messages?days=0')).toMatchObject({
    status: 422,
    body: { errors: [{ pointer: '#/days' }] },
  });
  expect(await get('/v1/users/bugs/messages?status=lost&page=1')).toMatchObject({
    status: 200,
    body: { data: [], meta: { total: 0 } },
  });
  expect(asked).toHaveLength(before);
});
