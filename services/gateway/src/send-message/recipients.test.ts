import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  acceptMessages,
  type AcceptItem,
  type AcceptReply,
} from '@parley/contracts/requests/accept-messages';
import { readDispatcherMessages, readIngestMessages } from '@parley/contracts/requests/read-messages';
import { aMessage } from '@parley/testkit';
import { seededGateway } from '../testing/seeded-gateway.ts';
import { acceptor } from '../testing/accept.ts';
import { testKey } from '../testing/test-keys.ts';

const { key, row } = testKey('send', ['send']);
const sms = { from: 'MyCorp', to: '+18045551234', body: 'Hello' };
const accept = acceptor(aMessage);
const parent = aMessage({ direction: 'inbound', status: 'received', from: '+18045550001' });

let items: AcceptItem[] = [];
let decide: (item: AcceptItem) => AcceptReply;

const users = ['bugs', 'duck', 'porky'].map((user_name) => ({ user_name }));
const { gateway, close } = await seededGateway(
  { api_keys: [row], users },
  { id: 'other', senders: [], users: [{ user_name: 'elmer' }] },
);

beforeAll(async () => {
  await gateway.standIn(acceptMessages, async (batch) => {
    items.push(...batch);
    return batch.map((item) => decide(item));
  });
  await gateway.standIn(readDispatcherMessages, async (reads) => reads.map(() => null));
  await gateway.standIn(readIngestMessages, async (reads) =>
    reads.map(({ account_id, message_id }) =>
      account_id === parent.account_id && message_id === parent.id ? parent : null,
    ),
  );
});
afterAll(close);

beforeEach(() => {
  items = [];
  decide = accept;
});

const send = (body: unknown, headers: Record<string, string> = {}) =>
  gateway.call('/v1/messages', { key, body, headers });

describe('POST /v1/messages with in_reply_to', () => {
  test('puts the message into the conversation of the one it answers', async () => {
    const answer = await send({ ...sms, in_reply_to: parent.id });
    expect(answer).toMatchObject({ status: 202, body: { in_reply_to: `msg_${parent.id}` } });
    expect(items[0]).toMatchObject({ in_reply_to: parent.id, conversation_id: parent.conversation_id });
  });

  test('refuses one that is no message of this account', async () => {
    const answer = await send({ ...sms, in_reply_to: aMessage().id });
    expect(answer).toMatchObject({
      status: 422,
      body: { code: 'validation_failed', errors: [{ pointer: '#/in_reply_to' }] },
    });
    expect(items).toEqual([]);
  });
});

describe('POST /v1/messages to a list', () => {
  const to = ['+18045551234', '1 804 555 1235', '+18045551236'];

  test('answers a message each, in order, and their one conversation', async () => {
    const answer = await send({ ...sms, to });
    expect(answer.status).toBe(202);
    expect(Object.keys(answer.body)).toEqual(['data', 'conversation_id']);
    const ids = items[0]?.recipients.map(({ id }) => `msg_${id}`) ?? [];
    expect(answer.body).toMatchObject({
      data: [
        { id: ids[0], to: '+18045551234' },
        { id: ids[1], to: '+18045551235' },
        { id: ids[2], to: '+18045551236' },
      ],
      conversation_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(new Set(ids).size).toBe(3);
  });

  test('answers a list even to a list of one', async () => {
    const answer = await send({ ...sms, to: ['+18045551234'] });
    expect(answer.body).toMatchObject({ data: [{ to: '+18045551234' }] });
  });

  test('says when the list is one that was answered before', async () => {
    decide = (item) => ({ ...accept(item), replayed: true });
    const answer = await send({ ...sms, to }, { 'idempotency-key': 'k' });
    expect(answer).toMatchObject({ status: 202, body: { data: [{}, {}, {}] } });
    expect(answer.headers.get('idempotency-replayed')).toBe('true');
  });

  test('is not the same request as one to the only recipient of the list', async () => {
    await send(sms, { 'idempotency-key': 'k' });
    await send({ ...sms, to: [sms.to] }, { 'idempotency-key': 'k' });
    expect(items[0]?.idempotency?.fingerprint).not.toBe(items[1]?.idempotency?.fingerprint);
  });

  test('admits with all ids when it cannot know whether they were accepted', async () => {
    decide = () => {
      throw new Error('the answer is lost');
    };
    const answer = await send({ ...sms, to });
    const ids = items[0]?.recipients.map(({ id }) => `msg_${id}`);
    expect(answer).toMatchObject({
      status: 503,
      body: { code: 'outcome_unknown', message_id: ids?.[0], message_ids: ids },
    });
  });

  test.each([
    ['a repeated recipient', [...to, '+1 804 555 1236'], '#/to/3'],
    ['51 recipients', Array.from({ length: 51 }, (_, index) => `+1804555${1_000 + index}`), '#/to'],
    ['nobody', [], '#/to'],
  ])('refuses %s', async (_, recipients, pointer) => {
    expect(await send({ ...sms, to: recipients })).toMatchObject({
      status: 422,
      body: { code: 'validation_failed', errors: [{ pointer }] },
    });
    expect(items).toEqual([]);
  });
});

describe('POST /v1/messages without a type', () => {
  test.each([
    [{ from: 'bugs', to: 'duck' }, 'chat'],
    [{ from: 'bugs', to: ['duck', 'porky'] }, 'chat'],
    [{ from: 'bugs', to: '+18045551234' }, 'sms'],
    [{ from: 'a@x.test', to: 'b@x.test' }, 'email'],
  ])('of %j is %s', async (parties, type) => {
    expect((await send({ ...parties, body: 'Hello' })).status).toBe(202);
    expect(items[0]).toMatchObject({ type, from: parties.from });
  });

  test('is no chat with strangers or users of other accounts', async () => {
    for (const to of ['nobody', 'elmer'])
      expect(await send({ from: 'bugs', to, body: 'Hello' })).toMatchObject({
        status: 422,
        body: { code: 'validation_failed', errors: [{ pointer: '#/to' }] },
      });
  });

  test('leaves it to dispatcher to refuse unknown users of a chat', async () => {
    decide = () => ({ outcome: 'refused', code: 'unknown_user', detail: 'There is no user nobody.' });
    expect(await send({ type: 'chat', from: 'bugs', to: 'nobody', body: 'Hello' })).toMatchObject({
      status: 422,
      body: { code: 'unknown_user' },
    });
  });
});
