import { beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { adminOf, aNumber, aSender, expecting, newAccount, userOf, type User } from './people.ts';
import { providerOf } from './provider.ts';
import { runningParley, untilListed } from './running-parley.ts';

const parley = runningParley();
const user = userOf(parley);
const admin = adminOf(parley);
const provider = providerOf(parley);

const made = z.looseObject({ id: z.string() });
const rows = z.looseObject({ data: z.array(z.unknown()) });

/** What belongs to the demo account, by what it is. */
const theirs = { message: '', conversation: '', sender: '', key: '', letter: '', webhook: '' };
let stranger: User;

const idOf = async (whose: User, path: string, body: object) =>
  made.parse((await expecting(201, whose.asks(path, { body }))).body).id;
const firstOf = async (path: string) => {
  const [first] = rows.parse((await expecting(200, admin.asks(path))).body).data;
  return made.parse(first).id;
};

beforeAll(async () => {
  stranger = await newAccount(parley, 'stranger');
  const to = aNumber();
  await provider.will(to, { status: 400, code: 'refused' });
  const { id, conversation_id } = await user.sends({ to, from: aSender() });
  await user.sees(id, 'failed');
  await untilListed(parley.client(), `status=failed&to=${encodeURIComponent(to)}`, 1);
  const inbound = {
    message_id: 'to-be-isolated',
    from: aNumber(),
    to: aSender(),
    ts: '2025-01-15T10:00:00Z',
    text: 'Hi',
  };
  await expecting(200, parley.client().webhook('inbox', JSON.stringify(inbound)));
  Object.assign(theirs, {
    message: id,
    conversation: conversation_id,
    sender: await idOf(admin, '/v1/senders', { kind: 'alphanumeric', address: 'Theirs' }),
    key: await idOf(admin, '/v1/api-keys', { account_id: 'demo', scopes: ['read'] }),
    letter: await firstOf('/v1/dead-letters'),
    webhook: await firstOf('/v1/webhook-log'),
  });
});

describe('of what another account has', () => {
  test.each<[string, string, () => string, unknown]>([
    ['GET', 'message', () => `/v1/messages/${theirs.message}`, undefined],
    ['GET', 'timeline', () => `/v1/messages/${theirs.message}/timeline`, undefined],
    ['POST', 'message to cancel', () => `/v1/messages/${theirs.message}/cancel`, {}],
    ['POST', 'message to send again', () => `/v1/messages/${theirs.message}/redrive`, {}],
    ['POST', 'message to settle', () => `/v1/messages/${theirs.message}/resolve`, { outcome: 'sent' }],
    ['POST', 'message to read', () => `/v1/messages/${theirs.message}/read`, {}],
    ['GET', 'conversation', () => `/v1/conversations/${theirs.conversation}`, undefined],
    [
      'PATCH',
      'conversation to close',
      () => `/v1/conversations/${theirs.conversation}`,
      { status: 'closed' },
    ],
    ['GET', 'list of a conversation', () => `/v1/conversations/${theirs.conversation}/messages`, undefined],
    [
      'POST',
      'conversation to answer',
      () => `/v1/conversations/${theirs.conversation}/messages`,
      { body: 'Hi' },
    ],
    ['GET', 'user', () => '/v1/users/bugs', undefined],
    ['PATCH', 'user to change', () => '/v1/users/bugs', { first_name: 'Roger' }],
    ['DELETE', 'user to remove', () => '/v1/users/bugs', undefined],
    ['GET', 'mailbox', () => '/v1/users/bugs/messages', undefined],
    ['GET', 'list of friends', () => '/v1/users/bugs/friends', undefined],
    ['PUT', 'friend', () => '/v1/users/bugs/friends/duck', undefined],
    ['DELETE', 'sender', () => `/v1/senders/${theirs.sender}`, undefined],
    ['DELETE', 'key', () => `/v1/api-keys/${theirs.key}`, undefined],
    ['PATCH', 'connection', () => '/v1/connections/sms', { priority: 5 }],
    ['DELETE', 'connection to end', () => '/v1/connections/sms', undefined],
    ['GET', 'webhook', () => `/v1/webhook-log/${theirs.webhook}`, undefined],
    ['POST', 'webhook to replay', () => `/v1/webhook-log/${theirs.webhook}/replay`, {}],
  ])('nobody finds a thing: %s %s', async (...[method, , path, body]) => {
    const answer = await stranger.asks(path(), { method, ...(body === undefined ? {} : { body }) });
    expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  test.each([
    '/v1/messages',
    '/v1/conversations',
    '/v1/users',
    '/v1/senders',
    '/v1/connections',
    '/v1/dead-letters',
    '/v1/webhook-log',
  ])('nothing is listed by %s', async (path) => {
    const { data } = rows.parse((await expecting(200, stranger.asks(path))).body);
    expect(data).toEqual([]);
  });

  test('nothing is counted, and nothing known of consents', async () => {
    expect((await stranger.asks('/v1/stats')).body).toMatchObject({ total: 0 });
    const address = aNumber();
    await expecting(201, user.asks('/v1/consent', { body: { address, state: 'opted_out' } }));
    const { body } = await stranger.asks(`/v1/consent/${encodeURIComponent(address)}`);
    expect(body).toMatchObject({ state: null, data: [] });
  });

  test('nothing is redriven, neither by its id nor by its kind', async () => {
    for (const body of [{ ids: [theirs.letter] }, { kind: 'message' }]) {
      const answer = await stranger.asks('/v1/dead-letters/redrive', { body });
      expect(answer).toMatchObject({ status: 200, body: { redriven: [] } });
    }
    expect(await user.message(theirs.message)).toMatchObject({ status: 'failed' });
  });

  test('nothing is answered to, and nobody is written to as a user', async () => {
    await expecting(201, stranger.asks('/v1/senders', { body: { kind: 'number', address: '*' } }));
    const answer = { from: aSender(), in_reply_to: theirs.message };
    expect((await stranger.triesToSend(answer)).status).toBeGreaterThanOrEqual(400);
    expect(await stranger.triesToSend({ type: 'chat', from: 'bugs', to: 'duck' })).toMatchObject({
      status: 422,
      body: { code: 'unknown_user' },
    });
  });
});

test.each<[string, string, unknown]>([
  ['GET', '/v1/accounts', undefined],
  ['POST', '/v1/accounts', { id: 'mine', name: 'Mine' }],
  ['PATCH', '/v1/accounts/demo', { name: 'Mine' }],
  ['POST', '/v1/api-keys', { account_id: 'demo', scopes: ['admin'] }],
  ['POST', '/v1/connections', { account_id: 'demo', provider: 'generic' }],
  ['GET', '/v1/connections?account_id=demo', undefined],
  ['GET', '/v1/api-keys?account_id=demo', undefined],
])('only the first account manages others: %s %s', async (method, path, body) => {
  const answer = await stranger.asks(path, { method, ...(body === undefined ? {} : { body }) });
  expect([403, 404]).toContain(answer.status);
});
