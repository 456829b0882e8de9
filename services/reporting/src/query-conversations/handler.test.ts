import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { accountId, conversationIdOf, newRowId, userId } from '@parley/contracts/ids';
import type { UserId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { Page } from '@parley/contracts/requests/paging';
import type { ConversationQuery } from '@parley/contracts/requests/query-conversations';
import { inTransaction } from '@parley/platform/db';
import { aMessage, ANY_ACCOUNT, openTestDatabase } from '@parley/testkit';
import type { ReportingTables } from '../database.ts';
import { knowledgeOfMessage } from '../project-messages/decide.ts';
import { addKnowledge } from '../project-messages/store.ts';
import { conversationLister } from './handler.ts';

const { db, close } = await openTestDatabase<ReportingTables>('reporting');

const bugs = userId.parse(newRowId());
const customer = { address: '+12125550142', user_id: null };
const phone = { address: '+12125550101', user_id: bugs };
const mailbox = { address: 'bugs@acme.example', user_id: bugs };
const withBugs = conversationIdOf(ANY_ACCOUNT, [customer, phone]);

const at = (second: number): string => `2026-01-15T10:00:0${second}.000Z`;
const toBugs = { to: phone.address, to_user_id: bugs, conversation_id: withBugs };
const messages: Message[] = [
  aMessage({
    ...toBugs,
    from: customer.address,
    direction: 'inbound',
    status: 'received',
    created_at: at(1),
  }),
  aMessage({
    type: 'email',
    from: mailbox.address,
    from_user_id: bugs,
    to: customer.address,
    conversation_id: withBugs,
    created_at: at(4),
    // Its own time is not what activity goes by.
    timestamp: '2020-01-15T10:00:00.000Z',
  }),
  aMessage({ from: customer.address, to: '+12125550177', created_at: at(3) }),
  aMessage({ from: customer.address, to: '+12125550178', created_at: at(5) }),
];
const foreign = aMessage({ account_id: accountId.parse('another'), created_at: at(9) });

beforeAll(async () => {
  await inTransaction(db, (trx) => addKnowledge(trx, [...messages, foreign].map(knowledgeOfMessage)));
});
afterAll(close);

const asked: UserId[][] = [];
const directory = {
  userNames: async (ids: readonly UserId[]) => {
    asked.push([...ids]);
    return new Map([[bugs, 'bugs']]);
  },
};

const ANY = { account_id: ANY_ACCOUNT, id: null, participant: null };

async function ask(page: Page, wanted: Partial<ConversationQuery> = {}) {
  const [result] = await conversationLister(db, directory)([{ ...ANY, ...wanted, page }]);
  if (result === undefined) throw new Error('no answer');
  return result;
}

const first = (limit: number): Page => ({ style: 'keyset', after: null, limit });

test('a conversation tells who takes part through which addresses, how much was said, and what last', async () => {
  const { rows } = await ask(first(1), { id: withBugs });
  expect(rows).toEqual([
    {
      id: withBugs,
      joined: [],
      account_id: ANY_ACCOUNT,
      participants: [
        { user_name: 'bugs', addresses: [phone.address, mailbox.address] },
        { user_name: null, addresses: [customer.address] },
      ],
      types: ['email', 'sms'],
      message_count: 2,
      unread_count: 1,
      last_message_at: at(4),
      last_message: messages[1],
      last_heard_at: at(1),
      created_at: at(1),
    },
  ]);
});

test('the list is the account’s, newest activity first, in pages', async () => {
  const one = await ask(first(2));
  expect(one.rows.map(({ last_message }) => last_message.id)).toEqual([messages[3]?.id, messages[1]?.id]);
  const two = await ask({ style: 'keyset', after: one.next, limit: 2 });
  expect(two.rows.map(({ last_message }) => last_message.id)).toEqual([messages[2]?.id]);
  expect(two.next).toBeNull();
  expect(await ask({ style: 'offset', page: 2, per_page: 2 })).toMatchObject({
    total: 3,
    rows: [two.rows[0]],
  });
});

describe('the conversations of somebody', () => {
  test.each<[string, string[], (Message | undefined)[]]>([
    ['by an address', [customer.address], [messages[3], messages[1], messages[2]]],
    ['by another address of a user', [mailbox.address], [messages[1]]],
    ['by a user', [bugs], [messages[1]]],
    ['by either, each once', [phone.address, bugs, '+12125550177'], [messages[1], messages[2]]],
    ['who is in none', ['+12125550199', newRowId()], []],
    ['whom nobody can be', ['\0'], []],
  ])('%s', async (_, participant, last) => {
    const expected = last.map((message) => message?.id);
    const idsOf = ({ rows }: Awaited<ReturnType<typeof ask>>) => rows.map(({ last_message: { id } }) => id);
    expect(idsOf(await ask(first(50), { participant }))).toEqual(expected);
    const one = await ask(first(1), { participant });
    const rest = await ask({ style: 'keyset', after: one.next, limit: 50 }, { participant });
    expect(one.next === null ? [] : idsOf(rest)).toEqual(expected.slice(1));
    const numbered = await ask({ style: 'offset', page: 2, per_page: 1 }, { participant });
    expect(numbered.total).toBe(expected.length);
    expect(idsOf(numbered)).toEqual(expected.slice(1, 2));
  });
});

test('a conversation of another account, or of none, is not found', async () => {
  const another = { account_id: accountId.parse('another') };
  expect((await ask(first(1), { id: foreign.conversation_id })).rows).toEqual([]);
  expect((await ask(first(1), { id: conversationIdOf(ANY_ACCOUNT, []) })).rows).toEqual([]);
  expect((await ask(first(1), { ...another, id: withBugs })).rows).toEqual([]);
  expect((await ask(first(1), { ...another, participant: [customer.address] })).rows).toEqual([]);
});

test('names are asked for once for all questions', async () => {
  asked.length = 0;
  const query = { ...ANY, page: first(10) };
  await conversationLister(db, directory)([query, query]);
  expect(asked).toEqual([[bugs]]);
});
