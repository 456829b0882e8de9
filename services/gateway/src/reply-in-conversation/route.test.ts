import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Conversation } from '@parley/contracts/conversation';
import { newRowId } from '@parley/contracts/ids';
import { acceptMessages, type AcceptItem } from '@parley/contracts/requests/accept-messages';
import { queryConversations } from '@parley/contracts/requests/query-conversations';
import { queryMessages } from '@parley/contracts/requests/query-messages';
import { aMessage } from '@parley/testkit';
import { seededGateway } from '../testing/seeded-gateway.ts';
import { aConversation } from '../testing/a-conversation.ts';
import { acceptor } from '../testing/accept.ts';
import { testKey } from '../testing/test-keys.ts';

const sender = testKey('send', ['send']);
const reader = testKey('read', ['read']);
const inbound = aMessage({
  direction: 'inbound',
  status: 'received',
  from: '+18045550001',
  to: '+12125550100',
});
const conversation = aConversation(inbound);

let items: AcceptItem[] = [];
let participants: Conversation['participants'];

const { gateway, close } = await seededGateway({ api_keys: [sender.row, reader.row] });

beforeAll(async () => {
  await gateway.standIn(acceptMessages, async (batch) => {
    items.push(...batch);
    return batch.map(acceptor(aMessage));
  });
  await gateway.standIn(queryConversations, async (queries) =>
    queries.map(({ id, account_id }) => {
      const isThere = id === conversation.id && account_id === conversation.account_id;
      return { rows: isThere ? [{ ...conversation, participants }] : [], next: null, total: null };
    }),
  );
  await gateway.standIn(queryMessages, async (queries) =>
    queries.map(() => ({ rows: [inbound], next: null, total: null })),
  );
});
afterAll(close);

beforeEach(() => {
  items = [];
  participants = conversation.participants;
});

const reply = (body: unknown, { id = conversation.id as string, key = sender.key, headers = {} } = {}) =>
  gateway.call(`/v1/conversations/${id}/messages`, { key, body, headers });

describe('POST /v1/conversations/{id}/messages', () => {
  test('sends to the other side, from where it wrote to, into this conversation', async () => {
    const answer = await reply({ body: 'Thank you!', priority: 'high' });
    expect(answer).toMatchObject({
      status: 202,
      body: { type: 'sms', from: '+12125550100', to: '+18045550001', body: 'Thank you!' },
    });
    expect(items).toMatchObject([{ conversation_id: conversation.id, priority: 'high', in_reply_to: null }]);
  });

  test('is an MMS with attachments, and comes from another sender where one is named', async () => {
    await reply({ attachments: ['https://x.test/cat.jpg'], from: 'MyCorp' });
    expect(items).toMatchObject([{ type: 'mms', from: 'MyCorp', recipients: [{ to: '+18045550001' }] }]);
  });

  test('answers a list where the others are several', async () => {
    participants = [...participants, { user_name: null, addresses: ['+18045550002'] }];
    expect((await reply({ body: 'Hello all' })).body).toMatchObject({
      data: [{ to: '+18045550001' }, { to: '+18045550002' }],
      conversation_id: conversation.id,
    });
  });

  test('is one request per Idempotency-Key, and another one than the same body elsewhere', async () => {
    await reply({ body: 'Thank you!' }, { headers: { 'idempotency-key': 'k' } });
    await reply(
      { body: 'Thank you!' },
      { headers: { 'idempotency-key': 'k' }, id: conversation.id.toUpperCase() },
    );
    await gateway.call('/v1/messages', {
      key: sender.key,
      body: { body: 'Thank you!', from: 'MyCorp', to: '+18045550001' },
      headers: { 'idempotency-key': 'k' },
    });
    const [first, second, third] = items.map(({ idempotency }) => idempotency);
    expect(first).toEqual(second);
    expect(first?.fingerprint).not.toBe(third?.fingerprint);
  });

  test.each([newRowId(), 'hello', '%00'])('answers 404 for %s, which names none', async (id) => {
    expect(await reply({ body: 'Hi' }, { id })).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  test.each([
    ['recipients', { body: 'Hi', to: '+18045550001' }, '#/to'],
    ['nothing to say', {}, '#/body'],
    ['unknown fields', { body: 'Hi', zap: 1 }, '#/zap'],
    ['a sender that does not fit', { body: 'Hi', from: 'a@x.test' }, '#/from'],
    ['another type without a sender', { body: 'Hi', type: 'email' }, '#/from'],
  ])('refuses %s', async (_, body, pointer) => {
    expect(await reply(body)).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
    expect(items).toEqual([]);
  });

  test('is for keys that send', async () => {
    expect(await reply({ body: 'Hi' }, { key: reader.key })).toMatchObject({ status: 403 });
  });
});
