import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { accountId, conversationId, newMessageId, newRowId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { Keyset, Page } from '@parley/contracts/requests/paging';
import { NO_CONDITIONS, type ListOrder, type MessageFilter } from '@parley/contracts/requests/query-messages';
import { createDatabase, inTransaction } from '@parley/platform/db';
import { Unavailable } from '@parley/platform/runtime';
import { aMessage, ANY_ACCOUNT, openTestDatabase } from '@parley/testkit';
import type { ReportingTables } from '../database.ts';
import { knowledgeOfMessage } from '../project-messages/decide.ts';
import { addKnowledge } from '../project-messages/store.ts';
import { messageLister, type FindByName } from './handler.ts';

const { db, close } = await openTestDatabase<ReportingTables>('reporting');

/** Times repeat, so that order depends on ids too. */
const at = (index: number): string => `2026-01-15T10:00:0${Math.floor(index / 3)}.000Z`;
const messages: Message[] = [
  aMessage({ timestamp: at(0), from: 'MyCorp', body: 'Grüße aus KÖLN, 100 %_ "Привет"' }),
  aMessage({ timestamp: at(1), to: '+12125550142' }),
  aMessage({ timestamp: at(2), direction: 'inbound', status: 'received', from: '+12125550142' }),
  aMessage({
    timestamp: at(3),
    type: 'email',
    from: 'a@b.example',
    to: 'c@d.example',
    subject: 'Your Order #42',
    body: null,
  }),
  aMessage({ timestamp: at(4), status: 'delivered', provider_message_id: 'p-4' }),
  aMessage({ timestamp: at(5), type: 'mms', status: 'failed', status_reason: 'http_400' }),
  aMessage({ timestamp: at(6), status: 'delivered', conversation_id: conversationId.parse(newRowId()) }),
];
const newestFirst = messages.toSorted((one, two) =>
  one.timestamp + one.id < two.timestamp + two.id ? 1 : -1,
);

beforeAll(async () => {
  const foreign = aMessage({ account_id: accountId.parse('another'), timestamp: at(3) });
  await inTransaction(db, (trx) => addKnowledge(trx, [...messages, foreign].map(knowledgeOfMessage)));
});
afterAll(close);

const ANY = NO_CONDITIONS;

const named: FindByName = async ({ provider_message_ids }) =>
  messages
    .filter(({ provider_message_id }) => provider_message_ids.includes(provider_message_id ?? ''))
    .map(({ id }) => id);

async function ask(filter: Partial<MessageFilter>, page: Page, order: ListOrder = 'desc') {
  const query = { account_id: ANY_ACCOUNT, filter: { ...ANY, ...filter }, order, page };
  const [result] = await messageLister(db, named)([query]);
  if (result === undefined) throw new Error('no answer');
  return result;
}

const idOf = (index: number) => messages[index]?.id ?? newMessageId();

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
    ['any of several ids', { id: [idOf(2), idOf(0), newMessageId()] }, [2, 0]],
    ['names of providers', { provider_message_id: ['p-4', 'p-5'] }, [4]],
    ['a name of another message', { provider_message_id: ['p-4'], id: [idOf(0)] }, []],
    ['a text whatever its capitals', { q: 'grüSSe'.replace('SS', 'ß') }, [0]],
    ['capitals of other letters', { q: 'köln' }, [0]],
    ['letters of other scripts', { q: 'ПРИВ' }, [0]],
    ['signs as they are', { q: '100 %_ "' }, [0]],
    ['not what signs might stand for', { q: '1_0' }, []],
    ['a text in the subject', { q: 'order #4' }, [3]],
    ['a short text', { q: '#' }, [3]],
    ['a text and more', { q: 'order', direction: 'inbound' }, []],
    ['what was at a time or later', { since: at(5) }, [6, 5, 4, 3]],
    ['what was at a time or earlier', { until: at(2) }, [2, 1, 0]],
    ['what was between', { since: at(3), until: at(5), status: 'delivered' }, [4]],
    ['nothing by an empty list', { from: [] }, []],
    ['nothing by an address that nobody has', { to: ['nobody'] }, []],
    ['nothing by a value that cannot be stored', { to: ['\u0000'] }, []],
  ])('%s', async (_, filter, expected) => {
    const wanted = ids(newestFirst).filter((id) => expected.some((index) => messages[index]?.id === id));
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

  test('go the other way round where the oldest come first', async () => {
    const one = await ask({}, first(3), 'asc');
    const two = await ask({}, { style: 'keyset', after: one.next, limit: 50 }, 'asc');
    expect(ids([...one.rows, ...two.rows])).toEqual(ids(newestFirst).toReversed());
    const numbered = await ask({}, { style: 'offset', page: 1, per_page: 2 }, 'asc');
    expect(ids(numbered.rows)).toEqual(ids(newestFirst).toReversed().slice(0, 2));
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
  const good = { account_id: ANY_ACCOUNT, filter: ANY, order: 'desc' as const, page: first(1) };
  const bad = { ...good, filter: { ...ANY, to: ['\u0000'] } };
  const replies = await messageLister(
    db,
    named,
  )([good, bad, { ...good, account_id: accountId.parse('another') }]);
  expect(replies.map(({ rows }) => rows.length)).toEqual([1, 0, 1]);
});

test('a database that is away is said to be', async () => {
  const away = createDatabase<ReportingTables>({
    url: 'postgres://nobody@127.0.0.1:1/nothing',
    schema: 'reporting',
  });
  const asking = messageLister(
    away,
    named,
  )([{ account_id: ANY_ACCOUNT, filter: ANY, order: 'desc' as const, page: first(1) }]);
  await expect(asking).rejects.toBeInstanceOf(Unavailable);
  await away.destroy();
});
