import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { formatMessageId } from '@parley/contracts/ids';
import { findReplays, type ReplayItem } from '@parley/contracts/requests/find-replays';
import { queryConversations } from '@parley/contracts/requests/query-conversations';
import { queryMessages } from '@parley/contracts/requests/query-messages';
import { aMessage } from '@parley/testkit';
import { aConversation } from '../testing/a-conversation.ts';
import { seededGateway } from '../testing/seeded-gateway.ts';
import { testKey } from '../testing/test-keys.ts';
import { fingerprintOf } from './fingerprint.ts';

const { key, row } = testKey('send', ['send']);
const first = aMessage({ type: 'chat', from: 'bugs', to: 'duck', status: 'sent' });
const answer = { id: formatMessageId(first.id), type: 'chat', to: 'duck' };
const conversation = aConversation(first);
/** Nobody has these names any more. */
const chat = { from: 'bugs', to: 'duck', body: 'Hi' };

let asked: ReplayItem[] = [];

const { gateway, close } = await seededGateway({ api_keys: [row] });

beforeAll(async () => {
  await gateway.standIn(findReplays, async (items) => {
    asked.push(...items);
    return items.map(({ idempotency }) => (idempotency.key === 'known' ? { messages: [first] } : null));
  });
  await gateway.standIn(queryConversations, async (queries) =>
    queries.map(() => ({ rows: [conversation], next: null, total: null })),
  );
  await gateway.standIn(queryMessages, async (queries) =>
    queries.map(() => ({ rows: [first], next: null, total: null })),
  );
});
afterAll(close);

beforeEach(() => {
  asked = [];
});

const post = (path: string, body: unknown, idempotencyKey?: string) =>
  gateway.call(path, {
    key,
    body,
    headers: idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey },
  });

describe('a repeated request that would not be valid any more', () => {
  test('is answered as the first time', async () => {
    const { status, headers, body } = await post('/v1/messages', chat, 'known');
    expect({ status, replayed: headers.get('idempotency-replayed') }).toEqual({
      status: 202,
      replayed: 'true',
    });
    expect(body).toMatchObject(answer);
    const fingerprint = fingerprintOf('POST /v1/messages', chat);
    expect(asked).toMatchObject([{ account_id: 'acme', idempotency: { key: 'known', fingerprint } }]);
  });

  test('is answered by a list where it names a list', async () => {
    const { body } = await post('/v1/messages', { ...chat, to: ['duck'] }, 'known');
    expect(body).toMatchObject({ data: [answer], conversation_id: first.conversation_id });
  });

  test('is answered so in a batch, too', async () => {
    const messages = ['known', 'new', null].map((idempotency_key) => ({ ...chat, idempotency_key }));
    const { body } = await post('/v1/messages/batch', { messages });
    expect(body).toMatchObject({
      data: [
        { status: 202, message: answer, replayed: true },
        { status: 422, error: { errors: [{ pointer: '#/messages/1/to' }] } },
        { status: 422 },
      ],
    });
    expect(asked).toHaveLength(2);
  });

  test('is answered so in a conversation that has become a chat since', async () => {
    const path = `/v1/conversations/${conversation.id}/messages`;
    const { status, body } = await post(path, { body: 'Hi' }, 'known');
    expect({ status, body }).toMatchObject({ status: 202, body: answer });
    expect(await post(path, { body: 'Hi' }, 'new')).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '#/from' }] },
    });
  });
});

test('a request that repeats nothing is refused, and without a key nobody is asked', async () => {
  const refusal = { status: 422, body: { code: 'validation_failed', errors: [{ pointer: '#/to' }] } };
  expect(await post('/v1/messages', chat, 'new')).toMatchObject(refusal);
  expect(asked).toHaveLength(1);
  expect(await post('/v1/messages', chat)).toMatchObject(refusal);
  expect(asked).toHaveLength(1);
});
