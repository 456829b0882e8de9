import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { messageResource } from '@parley/contracts/http/message-resource';
import { accountId, newRowId } from '@parley/contracts/ids';
import { queryConversations, type ConversationQuery } from '@parley/contracts/requests/query-conversations';
import { aMessage } from '@parley/testkit';
import { seededGateway } from '../testing/seeded-gateway.ts';
import { aConversation } from '../testing/a-conversation.ts';
import { loadActs } from '../testing/load-acts.ts';
import { testKey } from '../testing/test-keys.ts';

const sender = testKey('send', ['send']);
const reader = testKey('read', ['read']);
const EARLY = '2026-01-15T10:00:00.000Z';
const LATE = '2026-01-15T10:00:00.001Z';

/** What reporting knows, of every account. */
let known: ReturnType<typeof aConversation>[];
let asked: ConversationQuery[];

const {
  gateway,
  databaseUrl,
  accounts: [acme],
  close,
} = await seededGateway({ api_keys: [sender.row, reader.row], users: [{ user_name: 'bugs' }] });

beforeAll(async () => {
  await gateway.standIn(queryConversations, async (queries) => {
    asked.push(...queries);
    return queries.map(({ id, account_id }) => {
      const rows = known.filter((one) => one.account_id === account_id && (id ?? one.id) === one.id);
      return { rows, next: null, total: 41 };
    });
  });
});
afterAll(close);
/** One in which the customer was heard; of each test its own. */
let conversation: ReturnType<typeof aConversation>;

beforeEach(() => {
  const from = `+1212555${Math.floor(1_000 + Math.random() * 9_000)}`;
  const message = aMessage({ from, direction: 'inbound', status: 'received', created_at: EARLY });
  conversation = aConversation(message, { id: aMessage({ from: newRowId() }).conversation_id });
  [known, asked] = [[conversation], []];
});

const path = (id: string = conversation.id): string => `/v1/conversations/${id}`;
const read = async (id?: string) => gateway.call(path(id), { key: reader.key });
const change = (body: unknown, { id = conversation.id as string, key = sender.key } = {}) =>
  gateway.call(path(id), { method: 'PATCH', key, body });
const hear = (last_heard_at: string): void => {
  known = [{ ...conversation, last_heard_at }];
};

describe('GET /v1/conversations/{id}', () => {
  test('answers the conversation, without a title and open unless somebody says otherwise', async () => {
    const { account_id: _, last_heard_at: __, joined: ___, ...shown } = conversation;
    const last_message = messageResource(conversation.last_message);
    const body = { ...shown, last_message, title: null, status: 'open' };
    expect(await read()).toMatchObject({ status: 200 });
    expect((await read(conversation.id.toUpperCase())).body).toEqual(body);
  });

  test.each([newRowId(), 'hello', '%00'])('answers 404 for %s, which names none', async (id) => {
    expect(await read(id)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  test('does not know those of other accounts', async () => {
    known = [{ ...conversation, account_id: accountId.parse('another') }];
    expect(await read()).toMatchObject({ status: 404 });
    expect(await change({ title: 'Mine' })).toMatchObject({ status: 404 });
  });
});

describe('PATCH /v1/conversations/{id}', () => {
  test('changes what it gives and nothing else, seen in the next request', async () => {
    expect(await change({ title: 'Table for two 🍝' })).toMatchObject({
      status: 200,
      body: { id: conversation.id, title: 'Table for two 🍝', status: 'open' },
    });
    await change({ status: 'closed' });
    const shown = { title: 'Table for two 🍝', status: 'closed' };
    expect((await read()).body).toMatchObject(shown);
    expect((await gateway.call('/v1/conversations', { key: reader.key })).body).toMatchObject({
      data: [shown],
    });
    expect((await change({ title: null })).body).toMatchObject({ title: null, status: 'closed' });
    expect((await change({ status: 'open' })).body).toMatchObject({ title: null, status: 'open' });
    expect((await change({})).body).toMatchObject({ title: null, status: 'open' });
  });

  test('closes until the other side is heard again, and can close once more', async () => {
    await change({ status: 'closed' });
    known = [{ ...conversation, last_message_at: LATE }];
    expect((await read()).body).toMatchObject({ status: 'closed' });
    hear(LATE);
    expect((await read()).body).toMatchObject({ status: 'open' });
    await change({ title: 'Still open' });
    expect((await read()).body).toMatchObject({ status: 'open' });
    expect((await change({ status: 'closed' })).body).toMatchObject({ status: 'closed' });
  });

  test('closes one in which nobody was heard until somebody is', async () => {
    known = [{ ...conversation, last_heard_at: null }];
    expect((await change({ status: 'closed' })).body).toMatchObject({ status: 'closed' });
    hear(EARLY);
    expect((await read()).body).toMatchObject({ status: 'open' });
  });

  test('keeps what was said under another id, until it is said anew', async () => {
    await change({ title: 'Before', status: 'closed' });
    const id = aMessage({ from: newRowId() }).conversation_id;
    known = [{ ...conversation, id, joined: [conversation.id] }];
    expect((await read(id)).body).toMatchObject({ id, title: 'Before', status: 'closed' });
    expect((await change({ status: 'open' }, { id })).body).toMatchObject({
      title: 'Before',
      status: 'open',
    });
    await change({ title: 'After' }, { id });
    expect((await read(id)).body).toMatchObject({ title: 'After', status: 'open' });
  });

  test.each([
    ['a title that is too long', { title: '🍝'.repeat(201) }, '#/title'],
    ['a title that cannot be stored', { title: '\0' }, '#/title'],
    ['a title that is none', { title: 7 }, '#/title'],
    ['an unknown status', { status: 'snoozed' }, '#/status'],
    ['no status', { status: null }, '#/status'],
    ['what cannot be changed', { unread_count: 0 }, '#/unread_count'],
  ])('refuses %s', async (_, body, pointer) => {
    expect(await change(body)).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
    expect((await read()).body).toMatchObject({ title: null, status: 'open' });
  });

  test('takes a title of 200 characters', async () => {
    expect(await change({ title: '🍝'.repeat(200) })).toMatchObject({ status: 200 });
  });

  test('answers 404 for what names none, and leaves nothing behind', async () => {
    const id = newRowId();
    expect(await change({ status: 'closed' }, { id })).toMatchObject({ status: 404 });
    expect((await loadActs(databaseUrl)).map(({ subject }) => subject)).not.toContain(id);
  });

  test('is for keys that send, and in the audit log', async () => {
    expect(await change({ title: 'No' }, { key: reader.key })).toMatchObject({ status: 403 });
    await change({ title: 'Yes', status: 'closed' });
    const acts = await loadActs(databaseUrl);
    expect(acts.filter(({ subject }) => subject === conversation.id)).toEqual([
      expect.objectContaining({
        by: sender.row.id,
        action: 'conversation.change',
        details: { fields: ['title', 'status'] },
      }),
    ]);
  });
});

describe('GET /v1/conversations', () => {
  const list = (query: string) => gateway.call(`/v1/conversations?${query}`, { key: reader.key });

  test('answers a page of resources', async () => {
    const answer = await list('limit=5');
    expect(asked).toEqual([
      { account_id: 'acme', id: null, participant: null, page: { style: 'keyset', after: null, limit: 5 } },
    ]);
    expect(answer.body).toMatchObject({
      data: [{ id: conversation.id }],
      next_cursor: null,
      has_more: false,
    });
    expect((await list('page=2')).body).toMatchObject({ meta: { total: 41, page: 2 } });
  });

  test.each([
    ['+1 212 555 0100', ['+12125550100']],
    ['12125550100', ['+12125550100']],
    ['Bugs@Acme.Example', ['bugs@acme.example']],
    ['nobody', ['nobody']],
  ])('asks for those with %s', async (participant, expected) => {
    await list(new URLSearchParams({ participant }).toString());
    expect(asked).toMatchObject([{ participant: expected }]);
  });

  test('asks for those with a user, by whatever address, and with who writes by this name', async () => {
    await list('participant=bugs');
    expect(asked).toMatchObject([{ participant: ['bugs', acme?.users[0]] }]);
  });

  test('finds nothing with whom nobody can be', async () => {
    expect(await list('participant=%00')).toMatchObject({ status: 200, body: { data: [] } });
    expect(asked).toEqual([]);
  });

  test.each(['participant=a&participant=b', 'zap=1', 'status=open'])('refuses %s', async (query) => {
    expect(await list(query)).toMatchObject({ status: 422 });
  });
});
