import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { accountId, conversationId, newRowId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { Keyset, Page } from '@parley/contracts/requests/paging';
import type { MessageFilter } from '@parley/contracts/requests/query-messages';
import { createDatabase, inTransaction } from '@parley/platform/db';
import { Unavailable } from '@parley/platform/runtime';
import { aMessage, ANY_ACCOUNT, testDatabase, type TestDatabase } from '@parley/testkit';
import type { Kysely } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { knowledgeOfMessage } from '../project-messages/decide.ts';
import { addKnowledge } from '../project-messages/store.ts';
import { messageLister } from './handler.ts';

let database: TestDatabase;
let db: Kysely<ReportingTables>;

/** Times repeat, so that order depends on ids too. */
const at = (index: number): string => `2026-01-15T10:00:0${Math.floor(index / 3)}.000Z`;
const messages: Message[] = [
  aMessage({ timestamp: at(0), from: 'MyCorp' }),
  aMessage({ timestamp: at(1), to: '+12125550142' }),
  aMessage({ timestamp: at(2), direction: 'inbound', status: 'received', from: '+12125550142' }),
  aMessage({ timestamp: at(3), type: 'email', from: 'a@b.example', to: 'c@d.example' }),
  aMessage({ timestamp: at(4), status: 'delivered' }),
  aMessage({ timestamp: at(5), type: 'mms', status: 'failed', status_reason: 'http_400' }),
  aMessage({ timestamp: at(6), status: 'delivered', conversation_id: conversationId.parse(newRowId()) }),
];
const newestFirst = messages.toSorted((one, two) =>
  one.timestamp + one.id < two.timestamp + two.id ? 1 : -1,
);

beforeAll(async () => {
  database = await testDatabase();
  db = createDatabase<ReportingTables>({ url: database.url, schema: 'reporting' });
  const foreign = aMessage({ account_id: accountId.parse('another'), timestamp: at(3) });
  await inTransaction(db, (trx) => addKnowledge(trx, [...messages, foreign].map(knowledgeOfMessage)));
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

const ANY: MessageFilter = {
  from: null,
  to: null,
  type: null,
  direction: null,
  status: null,
  status_reason: null,
  conversation_id: null,
  user: null,
  since: null,
};

async function ask(filter: Partial<MessageFilter>, page: Page, account_id = ANY_ACCOUNT) {
  const [result] = await messageLister(db)([{ account_id, filter: { ...ANY, ...filter }, page }]);
  if (result === undefined) throw new Error('no answer');
  return result;
}

const first = (limit: number): Page => ({ style: 'keyset', after: null, limit });
const ids = (found: readonly Message[]): string[] => found.map(({ id }) => id);

test('a list is the account’s messages whole, newest first, ties by id', async () => {
  expect(await ask({}, first(50))).toEqual({ rows: newestFirst, next: null, total: null });
});

describe('a filter finds', () => {
  test.each<[string, Partial<MessageFilter>, number[]]>([
    ['a sender', { from: ['MyCorp'] }, [0]],
    ['any of several senders', { from: ['a@b.example', 'MyCorp'] }, [3, 0]],
    ['a recipient', { to: ['+12125550142'] }, [1]],
    ['a type', { type: 'mms' }, [5]],
    ['a direction', { direction: 'inbound' }, [2]],
    ['a status', { status: 'delivered' }, [6, 4]],
    ['a reason', { status_reason: 'http_400' }, [5]],
    ['a conversation', { conversation_id: messages[6]?.conversation_id ?? null }, [6]],
    [
      'all conditions together',
      { status: 'delivered', conversation_id: messages[4]?.conversation_id ?? null },
      [4],
    ],
    ['nothing by an empty list', { from: [] }, []],
    ['nothing by an address that nobody has', { to: ['nobody'] }, []],
    ['nothing by a value that cannot be stored', { to: ['\u0000'] }, []],
  ])('%s', async (_, filter, expected) => {
    const wanted = expected.map((index) => messages[index]?.id);
    expect(ids((await ask(filter, first(50))).rows)).toEqual(wanted);
    const numbered = await ask(filter, { style: 'offset', page: 1, per_page: 100 });
    expect(numbered).toMatchObject({ total: wanted.length, next: null });
    expect(ids(numbered.rows)).toEqual(wanted);
  });
});

describe('pages', () => {
  test('after a row go through the list without gap or repeat', async () => {
    const found: Message[] = [];
    let after: Keyset | null = null;
    do {
      const page: Awaited<ReturnType<typeof ask>> = await ask({}, { style: 'keyset', after, limit: 2 });
      expect(page.rows.length).toBeLessThanOrEqual(2);
      found.push(...page.rows);
      after = page.next;
    } while (after !== null);
    expect(ids(found)).toEqual(ids(newestFirst));
  });

  test('that are just full have no next one', async () => {
    expect((await ask({}, first(7))).next).toBeNull();
  });

  test('by number tell the exact total', async () => {
    const page = await ask({}, { style: 'offset', page: 2, per_page: 3 });
    expect(page).toMatchObject({ total: 7, next: null });
    expect(ids(page.rows)).toEqual(ids(newestFirst.slice(3, 6)));
  });

  test('past the end are empty', async () => {
    expect(await ask({}, { style: 'offset', page: 9e15, per_page: 100 })).toEqual({
      rows: [],
      next: null,
      total: 7,
    });
  });

  test('after a key that no message can have are empty', async () => {
    const after = { at: at(0), id: 'not a uuid' };
    expect(await ask({}, { style: 'keyset', after, limit: 2 })).toEqual({
      rows: [],
      next: null,
      total: null,
    });
  });
});

test('questions are answered in their order, a bad one alone', async () => {
  const good = { account_id: ANY_ACCOUNT, filter: ANY, page: first(1) };
  const bad = { ...good, filter: { ...ANY, to: ['\u0000'] } };
  const replies = await messageLister(db)([good, bad, { ...good, account_id: accountId.parse('another') }]);
  expect(replies.map(({ rows }) => rows.length)).toEqual([1, 0, 1]);
});

test('a database that is away is said to be', async () => {
  const away = createDatabase<ReportingTables>({
    url: 'postgres://nobody@127.0.0.1:1/nothing',
    schema: 'reporting',
  });
  const asking = messageLister(away)([{ account_id: ANY_ACCOUNT, filter: ANY, page: first(1) }]);
  await expect(asking).rejects.toBeInstanceOf(Unavailable);
  await away.destroy();
});
