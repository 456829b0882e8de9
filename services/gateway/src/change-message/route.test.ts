import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newMessageId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import {
  cancelMessages,
  markDispatcherMessagesRead,
  markIngestMessagesRead,
  redriveMessages,
  resolveMessages,
  type ChangeItem,
  type ChangeReply,
  type ResolveItem,
} from '@parley/contracts/requests/change-messages';
import { readIngestMessages } from '@parley/contracts/requests/read-messages';
import { aMessage } from '@parley/testkit';
import { seededGateway } from '../testing/seeded-gateway.ts';
import { loadActs } from '../testing/load-acts.ts';
import { testKey } from '../testing/test-keys.ts';

const sender = testKey('sender', ['send']);
const admin = testKey('admin', ['admin']);
const reader = testKey('reader', ['read']);
const stranger = testKey('stranger', ['admin']);
const sent = aMessage();
const received = aMessage({ direction: 'inbound', status: 'received' });

type Refusal = Extract<ChangeReply, { outcome: 'refused' }>['code'];

let asked: (ChangeItem | ResolveItem)[] = [];
let refusal: Refusal | 'lost' | null = null;

/** An owner that has one message. */
const owning = (message: Message) => async (items: ChangeItem[]) => {
  asked.push(...items);
  if (refusal === 'lost') throw new Error('the answer is lost');
  return items.map((item): ChangeReply => {
    const code =
      item.message_id !== message.id || item.account_id !== message.account_id ? 'not_found' : refusal;
    return code === null || code === 'lost'
      ? { outcome: 'changed', message }
      : { outcome: 'refused', code, detail: 'Too late.' };
  });
};

const { gateway, databaseUrl, close } = await seededGateway(
  { api_keys: [sender.row, admin.row, reader.row] },
  { id: 'other', senders: [], api_keys: [stranger.row] },
);

beforeAll(async () => {
  for (const contract of [cancelMessages, redriveMessages, markDispatcherMessagesRead])
    await gateway.standIn(contract, owning(sent));
  await gateway.standIn(resolveMessages, owning(sent));
  await gateway.standIn(markIngestMessagesRead, owning(received));
  await gateway.standIn(readIngestMessages, async (items) =>
    items.map(({ account_id, message_id }) =>
      account_id === received.account_id && message_id === received.id ? received : null,
    ),
  );
});
afterAll(close);

beforeEach(() => {
  asked = [];
  refusal = null;
});

const act = (
  action: string,
  {
    id = `msg_${sent.id}`,
    key = admin.key,
    body = action === 'resolve' ? { outcome: 'sent' } : (undefined as unknown),
  } = {},
) =>
  gateway.call(`/v1/messages/${id}/${action}`, {
    method: 'POST',
    key,
    ...(body === undefined ? {} : { body }),
  });

describe.each(['cancel', 'redrive', 'resolve', 'read'])('POST /v1/messages/{id}/%s', (action) => {
  test('answers the message as it stands, and says who asked', async () => {
    expect(await act(action)).toMatchObject({ status: 200, body: { id: `msg_${sent.id}`, to: sent.to } });
    expect(asked[0]).toMatchObject({ account_id: 'acme', message_id: sent.id, by: 'admin' });
  });

  test('asks each thing under an id of its own', async () => {
    await act(action, { id: sent.id });
    await act(action, { id: sent.id });
    const mine = asked.filter((item) => item.message_id === sent.id);
    expect(new Set(mine.map((item) => item.request_id)).size).toBeGreaterThanOrEqual(2);
  });

  test.each(['hello', `msg_${newMessageId()}`, '%00'])('answers 404 for %s, which names none', async (id) => {
    expect(await act(action, { id })).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  test('answers 404 for a message of another account', async () => {
    expect(await act(action, { key: stranger.key })).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    });
  });

  test('answers 409 with the owner’s reason when it is not possible', async () => {
    refusal = action === 'cancel' ? 'not_cancelable' : 'conflict';
    expect(await act(action)).toMatchObject({ status: 409, body: { code: refusal, detail: 'Too late.' } });
  });

  test('admits that it does not know whether it was done', async () => {
    refusal = 'lost';
    const answer = await act(action);
    expect(answer).toMatchObject({ status: 503, body: { code: 'outcome_unknown' } });
    expect(answer.headers.get('retry-after')).toBe('1');
  });

  test.each([
    ['half an object', '{', 400, 'invalid_json'],
    ['a list', '[]', 422, 'validation_failed'],
    ['unknown fields', { outcome: 'sent', zap: 1 }, 422, 'validation_failed'],
    ['more than 256 kB', ' '.repeat(256_001), 413, 'body_too_large'],
  ])('refuses %s', async (_, body, status, code) => {
    expect(await act(action, { body })).toMatchObject({ status, body: { code } });
    expect(asked).toEqual([]);
  });

  test('is not for keys that only read', async () => {
    expect(await act(action, { key: reader.key })).toMatchObject({ status: 403 });
  });
});

describe('POST /v1/messages/{id}/…', () => {
  test.each(['cancel', 'redrive', 'read'])(
    '%s takes an empty object, too, and a key that sends',
    async (action) => {
      expect(await act(action, { key: sender.key, body: {} })).toMatchObject({ status: 200 });
    },
  );

  test.each(['cancel', 'redrive', 'resolve'])(
    '%s of a message that came in is a conflict',
    async (action) => {
      const answer = await act(action, { id: received.id });
      expect(answer).toMatchObject({ status: 409, body: { code: 'conflict' } });
      expect(answer.body['detail']).toMatch(/inbound/);
      const foreign = await act(action, { id: received.id, key: stranger.key });
      expect(foreign).toMatchObject({ status: 404, body: { code: 'not_found' } });
    },
  );

  test('read finds messages that came in as well', async () => {
    expect(await act('read', { id: received.id })).toMatchObject({
      status: 200,
      body: { id: `msg_${received.id}`, direction: 'inbound' },
    });
  });

  test('resolve wants an admin, and one of three outcomes', async () => {
    expect(await act('resolve', { key: sender.key })).toMatchObject({ status: 403 });
    for (const body of [{ outcome: 'maybe' }, {}])
      expect(await act('resolve', { body })).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: '#/outcome' }] },
      });
    expect(await act('resolve', { body: '' })).toMatchObject({ status: 400, body: { code: 'invalid_json' } });
    await act('resolve', { body: { outcome: 'retry' } });
    expect(asked).toMatchObject([{ outcome: 'retry' }]);
  });

  test('redrive and resolve are in the audit log once they are done, or may be', async () => {
    const before = (await loadActs(databaseUrl)).length;
    await act('redrive');
    await act('resolve', { body: { outcome: 'not_sent' } });
    await act('cancel');
    refusal = 'conflict';
    await act('redrive');
    refusal = 'lost';
    await act('redrive', { key: sender.key });
    const line = { account_id: 'acme', subject: `msg_${sent.id}` };
    expect((await loadActs(databaseUrl)).slice(before)).toEqual([
      { ...line, by: 'admin', action: 'message.redrive', details: {} },
      { ...line, by: 'admin', action: 'message.resolve', details: { outcome: 'not_sent' } },
      { ...line, by: 'sender', action: 'message.redrive', details: { outcome_unknown: true } },
    ]);
  });
});
