import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { conversationId, newRowId } from '@parley/contracts/ids';
import type { Keyset, Page, PageResult } from '@parley/contracts/requests/paging';
import { NO_CONDITIONS } from '@parley/contracts/requests/query-messages';
import { inTransaction } from '@parley/platform/db';
import { aMessage, ANY_ACCOUNT, openTestDatabase } from '@parley/testkit';
import type { ReportingTables } from './database.ts';
import { knowledgeOfMessage } from './project-messages/decide.ts';
import { addKnowledge } from './project-messages/store.ts';
import { conversationLister } from './query-conversations/handler.ts';
import { messageLister } from './query-messages/handler.ts';

const { db, close } = await openTestDatabase<ReportingTables>('reporting');

const at = (index: number): string => new Date(Date.parse('2026-01-15T10:00:00.000Z') - index).toISOString();
/** Nearly 200,000 bytes each in an answer, though fewer characters. */
const LONG = ['語'.repeat(66_000), '\u0001'.repeat(33_000)];

/** Newest first, each in a conversation of its own. */
const messages = Array.from({ length: 60 }, (_, index) =>
  aMessage({
    type: 'email',
    conversation_id: conversationId.parse(newRowId()),
    body: LONG[index % LONG.length] ?? null,
    timestamp: at(index),
    created_at: at(index),
  }),
);

beforeAll(() => inTransaction(db, (trx) => addKnowledge(trx, messages.map(knowledgeOfMessage))));
afterAll(close);

const listMessages = messageLister(db, async () => []);
const listConversations = conversationLister(db, { userNames: async () => new Map() });

const lists: [string, (page: Page) => Promise<PageResult<{ id: string }> | undefined>, string[]][] = [
  [
    'messages',
    async (page) => {
      const query = { account_id: ANY_ACCOUNT, filter: NO_CONDITIONS, order: 'desc' as const, page };
      return (await listMessages([query]))[0];
    },
    messages.map(({ id }) => id),
  ],
  [
    'conversations',
    async (page) =>
      (await listConversations([{ account_id: ANY_ACCOUNT, id: null, participant: null, page }]))[0],
    messages.map(({ conversation_id }) => conversation_id),
  ],
];

test.each(lists)(
  'pages of %s have no more texts than an answer has room for, and all of them together have everything',
  async (_, list, ids) => {
    const pages: string[][] = [];
    let after: Keyset | null = null;
    do {
      const page = await list({ style: 'keyset', after, limit: 200 });
      pages.push(page?.rows.map(({ id }) => id) ?? []);
      after = page?.next ?? null;
    } while (after !== null);
    expect(pages.map(({ length }) => length)).toEqual([25, 25, 10]);
    expect(pages.flat()).toEqual(ids);
  },
);

test.each(lists)('a page of %s by number is whole', async (_, list, ids) => {
  const page = await list({ style: 'offset', page: 1, per_page: 50 });
  expect(page?.rows.map(({ id }) => id)).toEqual(ids.slice(0, 50));
});
