import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newMessageId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import {
  readDispatcherMessages,
  readIngestMessages,
  type ReadItem,
} from '@parley/contracts/requests/read-messages';
import { aMessage } from '@parley/testkit';
import { seededGateway } from '../testing/seeded-gateway.ts';
import { testKey } from '../testing/test-keys.ts';

const reader = testKey('read', ['read']);
const stranger = testKey('stranger', ['read']);
const sent = aMessage();
const received = aMessage({ direction: 'inbound', status: 'received', in_reply_to: sent.id });

let stopIngest: () => Promise<void>;

/** An owner that has one message. */
const owning = (message: Message) => async (items: ReadItem[]) =>
  items.map((item) =>
    item.message_id === message.id && item.account_id === message.account_id ? message : null,
  );

const startIngest = () => gateway.standIn(readIngestMessages, owning(received));

const { gateway, close } = await seededGateway(
  { api_keys: [reader.row] },
  { id: 'other', senders: [], api_keys: [stranger.row] },
);

beforeAll(async () => {
  await gateway.standIn(readDispatcherMessages, owning(sent));
  stopIngest = await startIngest();
});
afterAll(close);

const read = (id: string, key = reader.key) => gateway.call(`/v1/messages/${id}`, { key });

describe('GET /v1/messages/{id}', () => {
  test('answers from whoever owns the message', async () => {
    expect((await read(`msg_${sent.id}`)).body).toMatchObject({
      id: `msg_${sent.id}`,
      direction: 'outbound',
    });
    expect((await read(`msg_${received.id}`)).body).toMatchObject({
      id: `msg_${received.id}`,
      direction: 'inbound',
      in_reply_to: `msg_${sent.id}`,
    });
  });

  test('takes the bare UUID too, in any case', async () => {
    expect((await read(sent.id)).status).toBe(200);
    expect((await read(sent.id.toUpperCase())).status).toBe(200);
  });

  test.each([
    ['an unknown id', `msg_${newMessageId()}`],
    ['no id at all', 'hello'],
    ['half an id', 'msg_018f3d4e'],
    ['an id that cannot be decoded', '%E0%A4%A'],
    ['a NUL', '%00'],
  ])('answers 404 for %s', async (_, id) => {
    const answer = await read(id);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.body).toMatchObject({ code: 'not_found', status: 404 });
  });

  test('answers 404 for a message of another account', async () => {
    expect(await read(sent.id, stranger.key)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  test('answers what the other owner has while one is down, and 503 for what may be there', async () => {
    await stopIngest();
    const owned = await read(sent.id);
    const unknown = await read(received.id);
    stopIngest = await startIngest();
    expect(owned.status).toBe(200);
    expect(unknown).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(unknown.headers.get('retry-after')).toBe('1');
    expect((await read(received.id)).status).toBe(200);
  });
});
