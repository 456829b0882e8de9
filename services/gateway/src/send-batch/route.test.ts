import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  acceptMessages,
  type AcceptItem,
  type AcceptReply,
} from '@parley/contracts/requests/accept-messages';
import { aMessage } from '@parley/testkit';
import { seededGateway } from '../testing/seeded-gateway.ts';
import { acceptor } from '../testing/accept.ts';
import { testKey } from '../testing/test-keys.ts';

const { key, row } = testKey('send', ['send']);
const reader = testKey('read', ['read']);
const sms = { from: 'MyCorp', to: '+18045551234', body: 'Hello' };

const accept = acceptor(aMessage);

let stopDispatcher: () => Promise<void>;
let requests: AcceptItem[][] = [];
let decide: (item: AcceptItem) => AcceptReply;

const users = [{ user_name: 'bugs' }, { user_name: 'duck' }];
const { gateway, close } = await seededGateway({ api_keys: [row, reader.row], users });

beforeAll(async () => {
  stopDispatcher = await startDispatcher();
});
afterAll(close);

beforeEach(() => {
  requests = [];
  decide = accept;
});

const startDispatcher = () =>
  gateway.standIn(acceptMessages, async (items) => {
    requests.push(items);
    return items.map((item) => decide(item));
  });

const send = (messages: unknown, headers: Record<string, string> = {}) =>
  gateway.call('/v1/messages/batch', { key, body: { messages }, headers });

describe('POST /v1/messages/batch', () => {
  test('hands all of it over in one request and answers each item in its place', async () => {
    const messages = Array.from({ length: 500 }, (_, index) => ({ ...sms, body: `number ${index}` }));
    const answer = await send(messages);
    expect(answer.status).toBe(200);
    expect(requests.map((items) => items.length)).toEqual([500]);
    const [items = []] = requests;
    expect(answer.body).toMatchObject({
      data: messages.map(({ body }, index) => ({
        status: 202,
        message: { id: `msg_${items[index]?.recipients[0]?.id}`, body },
      })),
    });
  });

  test('takes everything that can be sent alone: e-mail, chat, lists', async () => {
    const answer = await send([
      { from: 'a@x.test', to: 'b@x.test', body: 'Hi' },
      { from: 'bugs', to: 'duck', body: 'Hi' },
      { ...sms, to: ['+18045551234', '+18045551235'] },
      { ...sms, to: ['+18045551234'] },
    ]);
    expect(answer.body).toMatchObject({
      data: [
        { status: 202, message: { type: 'email' } },
        { status: 202, message: { type: 'chat' } },
        {
          status: 202,
          messages: [{ to: '+18045551234' }, { to: '+18045551235' }],
          conversation_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        },
        { status: 202, messages: [{ to: '+18045551234' }] },
      ],
    });
  });

  test('lets one bad item refuse only itself, with the problem it would have met alone', async () => {
    decide = (item) =>
      item.body === 'Please STOP'
        ? { outcome: 'refused', code: 'blocked_keyword', detail: 'No.' }
        : accept(item);
    const answer = await send([
      sms,
      { ...sms, to: 'nobody at all', zap: 1 },
      { ...sms, body: 'Please STOP' },
      'Hello',
      { ...sms, idempotency_key: '' },
      { ...sms, idempotency_key: 7 },
      sms,
    ]);
    expect(answer.status).toBe(200);
    expect(requests.map((items) => items.length)).toEqual([3]);
    const invalidKey = { status: 400, error: { code: 'invalid_idempotency_key' } };
    expect(answer.body).toMatchObject({
      data: [
        { status: 202 },
        {
          status: 422,
          error: {
            code: 'validation_failed',
            status: 422,
            errors: [{ pointer: '#/messages/1/to' }, { pointer: '#/messages/1/zap' }],
          },
        },
        { status: 400, error: { code: 'blocked_keyword', detail: 'No.', trace_id: expect.any(String) } },
        { status: 422, error: { errors: [{ pointer: '#/messages/3' }] } },
        invalidKey,
        invalidKey,
        { status: 202 },
      ],
    });
  });

  test('refuses an item that would be too large alone, and only that', async () => {
    const mail = { from: 'a@x.test', to: 'b@x.test', body: 'x'.repeat(200_000) };
    const large = { ...mail, metadata: { a: 'é'.repeat(30_000) } };
    const answer = await send([large, mail]);
    expect(answer.body).toMatchObject({
      data: [{ status: 413, error: { code: 'body_too_large' } }, { status: 202 }],
    });
  });

  test('asks nobody when nothing of it can be accepted', async () => {
    expect(await send([{}, null])).toMatchObject({
      status: 200,
      body: { data: [{ status: 422 }, { status: 422 }] },
    });
    expect(requests).toEqual([]);
  });

  test('keeps a key for each item, which is another request than the same message alone', async () => {
    decide = (item) => ({ ...accept(item), replayed: item.idempotency?.key === 'order-1' });
    const answer = await send([
      { ...sms, idempotency_key: 'order-1' },
      { ...sms, idempotency_key: '"send_msg:order-2"' },
      { ...sms, idempotency_key: null },
    ]);
    expect(answer.body).toMatchObject({ data: [{ replayed: true }, { message: {} }, { message: {} }] });
    const data = [answer.body['data']].flat();
    expect(data[1]).not.toHaveProperty('replayed');
    const [[first, second, third] = []] = requests;
    expect(first?.idempotency?.fingerprint).toBe(second?.idempotency?.fingerprint);
    expect(second).toMatchObject({ client_reference: 'order-2', idempotency: { key: 'send_msg:order-2' } });
    expect(third?.idempotency).toBeNull();
    await gateway.call('/v1/messages', { key, body: sms, headers: { 'idempotency-key': 'order-1' } });
    expect(requests[1]?.[0]?.idempotency?.fingerprint).not.toBe(first?.idempotency?.fingerprint);
  });

  test('answers 503 and accepts nothing while nobody accepts messages', async () => {
    await stopDispatcher();
    const answer = await send([sms]);
    stopDispatcher = await startDispatcher();
    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  });

  test('admits with all ids when it cannot know what was accepted', async () => {
    decide = () => {
      throw new Error('the answer is lost');
    };
    const answer = await send([{ ...sms, to: ['+18045551234', '+18045551235'] }, {}, sms]);
    const [[list, single] = []] = requests;
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(answer).toMatchObject({
      status: 503,
      body: {
        code: 'outcome_unknown',
        message_ids: [
          list?.recipients.map(({ id }) => `msg_${id}`),
          null,
          single?.recipients.map(({ id }) => `msg_${id}`),
        ],
      },
    });
  });
});

describe('a batch is refused as a whole', () => {
  const list = Array.from({ length: 50 }, (_, index) => `+1804555${1_000 + index}`);
  const eleven = Array.from({ length: 10 }, () => ({ ...sms, to: list }));

  test.each([
    ['no messages', []],
    ['something else', 'Hello'],
    ['501 messages', Array.from({ length: 501 }, () => sms)],
    ['lists of 501 recipients together', [...eleven, sms]],
  ])('for %s', async (_, messages) => {
    expect(await send(messages)).toMatchObject({
      status: 422,
      body: { code: 'validation_failed', errors: [{ pointer: '#/messages' }] },
    });
    expect(requests).toEqual([]);
  });

  test('for a key in the header, which is none of any of its items', async () => {
    expect(await send([sms], { 'idempotency-key': 'order-1' })).toMatchObject({
      status: 400,
      body: { code: 'invalid_idempotency_key' },
    });
  });

  test.each([
    ['a list alone', '[]', 422, 'validation_failed'],
    ['another field', { messages: [sms], zap: 1 }, 422, 'validation_failed'],
    ['no JSON', '{', 400, 'invalid_json'],
  ])('for %s', async (_, body, status, code) => {
    expect(await gateway.call('/v1/messages/batch', { key, body })).toMatchObject({ status, body: { code } });
  });

  test('for more than a megabyte', async () => {
    const body = JSON.stringify({ messages: [{}] });
    const path = '/v1/messages/batch';
    expect(await gateway.call(path, { key, body: body.padEnd(1_000_000) })).toMatchObject({ status: 200 });
    expect(await gateway.call(path, { key, body: body.padEnd(1_000_001) })).toMatchObject({
      status: 413,
      body: { code: 'body_too_large' },
    });
  });

  test('without a key of the scope send', async () => {
    const batch = { key: reader.key, body: { messages: [sms] } };
    expect(await gateway.call('/v1/messages/batch', batch)).toMatchObject({ status: 403 });
  });
});
