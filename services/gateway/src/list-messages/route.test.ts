import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { conversationId, newRowId } from '@parley/contracts/ids';
import type { PageResult } from '@parley/contracts/requests/paging';
import { queryConversations } from '@parley/contracts/requests/query-conversations';
import { NO_CONDITIONS, queryMessages, type MessageQuery } from '@parley/contracts/requests/query-messages';
import { queryStats, type Stats } from '@parley/contracts/requests/query-stats';
import { aMessage, until } from '@parley/testkit';
import { seededGateway } from '../testing/seeded-gateway.ts';
import { aConversation } from '../testing/a-conversation.ts';
import { testKey } from '../testing/test-keys.ts';

const { key, row } = testKey('read', ['read']);
const message = aMessage();
const next = { at: message.timestamp, id: message.id };
const conversation = aConversation(message);
const stats: Stats = {
  total: 1,
  by_day: [{ date: '2026-01-15', count: 1 }],
  top_senders: [{ from: message.from, count: 1 }],
  by_status: { queued: 1 },
  by_type: { sms: 1 },
  by_direction: { outbound: 1 },
  senders_count: 1,
  first_message_at: message.timestamp,
  last_message_at: message.timestamp,
  delivery_latency: { count: 0, p50_ms: null, p95_ms: null },
};

let asked: MessageQuery[] = [];
let found: PageResult<typeof message>;
/** Settles when pages by number may be answered. */
let counted: Promise<void>;

const { gateway, close } = await seededGateway({ api_keys: [row] });

beforeAll(async () => {
  await gateway.standIn(queryMessages, async (queries) => {
    asked.push(...queries);
    if (queries.some(({ page }) => page.style === 'offset')) await counted;
    return queries.map(() => found);
  });
  await gateway.standIn(queryConversations, async (queries) =>
    queries.map(({ id }) => ({ rows: id === conversation.id ? [conversation] : [], next: null, total: 1 })),
  );
  await gateway.standIn(queryStats, async (queries) => queries.map(() => stats));
});
afterAll(close);

beforeEach(() => {
  asked = [];
  counted = Promise.resolve();
  found = { rows: [message], next: null, total: 41 };
});

const get = (path: string) => gateway.call(path, { key });

describe('GET /v1/messages', () => {
  test('asks for the first page of the key’s own account and answers resources', async () => {
    const answer = await get('/v1/messages');
    expect(asked).toEqual([
      {
        account_id: 'acme',
        filter: NO_CONDITIONS,
        order: 'desc',
        page: { style: 'keyset', after: null, limit: 50 },
      },
    ]);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      data: [{ id: `msg_${message.id}`, body: message.body }],
      next_cursor: null,
      has_more: false,
    });
  });

  test('goes on where the cursor says, and only with the same filters', async () => {
    found = { ...found, next };
    const first = await get('/v1/messages?type=sms&limit=1');
    expect(first.body['has_more']).toBe(true);
    const cursor = String(first.body['next_cursor']);
    await get(`/v1/messages?type=sms&limit=1&cursor=${cursor}`);
    expect(asked[1]?.page).toEqual({ style: 'keyset', after: next, limit: 1 });
    expect(await get(`/v1/messages?type=mms&limit=1&cursor=${cursor}`)).toMatchObject({
      status: 422,
      body: { code: 'validation_failed', errors: [{ pointer: '#/cursor' }] },
    });
  });

  test('counts pages where they are asked for by number', async () => {
    const answer = await get('/v1/messages?page=2&per_page=10');
    expect(asked[0]?.page).toEqual({ style: 'offset', page: 2, per_page: 10 });
    expect(answer.body).toMatchObject({ meta: { total: 41, page: 2, per_page: 10, pages: 5 } });
  });

  test('has pages counted two at a time, which hold up no others', async () => {
    const counting = Promise.withResolvers<void>();
    counted = counting.promise;
    const numbered = [1, 2, 3, 4, 5, 6].map((page) => get(`/v1/messages?page=${page}`));
    await until(async () => asked.length === 2, { what: 'two are being counted' });
    for (const _ of numbered) expect(await get('/v1/messages')).toMatchObject({ status: 200 });
    expect(asked.filter(({ page }) => page.style === 'offset')).toHaveLength(2);
    counting.resolve();
    for (const answer of await Promise.all(numbered)) expect(answer.status).toBe(200);
  });

  test('asks nobody for what no message can be', async () => {
    const answer = await get('/v1/messages?status=lost');
    expect(answer).toMatchObject({ status: 200, body: { data: [], next_cursor: null, has_more: false } });
    expect(asked).toEqual([]);
  });

  test.each([
    ['zap=1', '#/zap'],
    ['limit=201', '#/limit'],
    ['order=upwards', '#/order'],
    ['days=7', '#/days'],
    ['page=1&limit=1', '#/page'],
    ['from=a&from=b', '#/from'],
  ])('refuses "%s" with a pointer', async (query, pointer) => {
    expect(await get(`/v1/messages?${query}`)).toMatchObject({
      status: 422,
      body: { code: 'validation_failed', errors: [{ pointer }] },
    });
  });
});

describe('GET /v1/conversations/{id}/messages', () => {
  const path = `/v1/conversations/${conversation.id}/messages`;

  test('lists the messages of the conversation, with every filter of messages', async () => {
    const answer = await get(`${path}?direction=outbound`);
    expect(asked[0]?.filter).toMatchObject({ conversation_id: conversation.id, direction: 'outbound' });
    expect(answer.body).toMatchObject({ data: [{ id: `msg_${message.id}` }], has_more: false });
  });

  test('lists nothing for another conversation within this one', async () => {
    const other = conversationId.parse(newRowId());
    expect(await get(`${path}?conversation_id=${other}`)).toMatchObject({ status: 200, body: { data: [] } });
    expect(asked).toEqual([]);
  });

  test.each([newRowId(), 'hello'])('answers 404 for %s, which names no conversation', async (id) => {
    expect(await get(`/v1/conversations/${id}/messages`)).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    });
  });
});

describe('GET /v1/stats', () => {
  test('answers what reporting counts', async () => {
    expect(await get('/v1/stats')).toMatchObject({ status: 200, body: stats });
  });

  test('refuses parameters that it does not know', async () => {
    expect(await get('/v1/stats?zap=1')).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '#/zap' }] },
    });
  });
});
