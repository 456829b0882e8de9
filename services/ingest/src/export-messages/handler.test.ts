import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { connectionId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { ExportPage } from '@parley/contracts/requests/export';
import { aMessage, openTestDatabase } from '@parley/testkit';
import type { IngestTables } from '../database.ts';
import { commit } from '../receive-webhooks/commit.ts';
import { messageExporter } from './handler.ts';

const { db, close } = await openTestDatabase<IngestTables>('ingest');

beforeEach(async () => {
  await db.deleteFrom('inbound_message').execute();
});
afterAll(close);

const BEGINNING = new Date(0).toISOString();

async function receive(count: number, overrides: Partial<Message> = {}): Promise<Message[]> {
  const messages = Array.from({ length: count }, () => anInbound(overrides));
  await commit(
    db,
    messages.map((message) => ({
      kind: 'message',
      key: message.id,
      message,
      received_at: message.created_at,
    })),
  );
  return messages;
}

function anInbound(overrides: Partial<Message>): Message {
  const message = aMessage({
    direction: 'inbound',
    status: 'received',
    provider: connectionId.parse('sms'),
    expires_at: null,
    ...overrides,
  });
  return { ...message, provider_message_id: message.id };
}

/** Every page from the beginning, each asked for where the one before ends. */
async function pages(limit: number): Promise<Message[][]> {
  const all: Message[][] = [];
  for (let after: ExportPage<Message>['next'] = null; ;) {
    const [page] = await messageExporter(db)([{ since: BEGINNING, after, limit }]);
    if (page === undefined) throw new Error('no answer');
    all.push(page.rows);
    if (page.next === null) return all;
    after = page.next;
  }
}

const ids = (messages: readonly Message[]): string[] => messages.map((message) => message.id);

test('tells everything of a message that the fact of it told', async () => {
  const messages = await receive(1, {
    type: 'email',
    from: 'a@b.example',
    to: 'c@d.example',
    subject: 'Grüße 👋',
    body: '<p>\u0001"</p>',
    attachments: ['one', 'two'],
    timestamp: '0001-01-01T00:00:00.000Z',
    trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
  });
  expect(await pages(10)).toEqual([messages]);
});

test('goes through all messages in pages, without gap or repeat', async () => {
  const messages = [...(await receive(5)), ...(await receive(4))];
  const found = await pages(4);
  expect(found.map((page) => page.length)).toEqual([4, 4, 1]);
  expect(new Set(ids(found.flat()))).toEqual(new Set(ids(messages)));
});

test('ends with a page that is just full', async () => {
  await receive(4);
  expect((await pages(4)).map((page) => page.length)).toEqual([4]);
});

test('answers an empty page when there is nothing', async () => {
  expect(await pages(10)).toEqual([[]]);
});

test('makes pages of large messages shorter, but never empty', async () => {
  await receive(3, { body: 'x'.repeat(150_000) });
  expect((await pages(1_000)).map((page) => page.length)).toEqual([2, 1]);
  await receive(2, { body: 'ü'.repeat(500_000) });
  expect((await pages(1_000)).map((page) => page.length)).toEqual([2, 1, 1, 1]);
});

test('begins with what was stored at the instant asked for', async () => {
  await receive(2);
  const [last] = await db
    .selectFrom('inbound_message')
    .select('changed_at')
    .orderBy('changed_at', 'desc')
    .execute();
  const since = last?.changed_at ?? '';
  const justAfter = new Date(Date.parse(since) + 1).toISOString();
  const [from, after] = await messageExporter(db)([
    { since, after: null, limit: 10 },
    { since: justAfter, after: null, limit: 10 },
  ]);
  expect(from?.rows).toHaveLength(2);
  expect(after?.rows).toHaveLength(0);
});
