import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { accountId, conversationId, type ConversationId } from '@parley/contracts/ids';
import { NO_CONDITIONS, type MessageFilter } from '@parley/contracts/requests/query-messages';
import type { Listing } from '@parley/platform/db';
import { openTestDatabase } from '@parley/testkit';
import type { Kysely } from 'kysely';
import type { ReportingTables } from './database.ts';
import {
  BUSY_USER,
  fillForPlans,
  LONG_CONVERSATION,
  planOf as explain,
  RARE_USER,
} from './testing/plan-fixtures.ts';
import { listConversations } from './query-conversations/store.ts';
import { listMessages } from './query-messages/store.ts';

// One connection: statements are prepared in it, and there they are looked up.
const { db, close } = await openTestDatabase<ReportingTables>('reporting', { maxConnections: 1 });

beforeAll(async () => {
  await fillForPlans(db);
});
afterAll(close);

const planOf = <Row>(
  list: (on: Kysely<ReportingTables>) => Listing<Row>,
  ask: (listing: Listing<Row>) => Promise<unknown>,
  which?: number,
) => explain(db, { list, ask, which });

const account_id = accountId.parse('account-7');
const BUSY_ACCOUNT = accountId.parse('busy');
const KEY = {
  at: '2026-01-15T09:00:00.000Z',
  id: '00000000-0000-0000-0000-000000000000',
};

const wanted = (filter: Partial<MessageFilter>, conversations: ConversationId[] | null = null) => ({
  account_id,
  filter: { ...NO_CONDITIONS, ...filter },
  order: 'desc' as const,
  conversations,
  named: null,
});

describe('one page of messages is read from its index in order, whatever is asked for', () => {
  test.each<[string, Partial<MessageFilter>, string]>([
    ['all', {}, 'message_listed'],
    ['a status', { status: 'failed' }, 'message_listed'],
    ['a type that nothing has', { type: 'chat' }, 'message_listed'],
    ['a rare reason', { status_reason: 'outcome_unknown' }, 'message_reason'],
    ['a busy sender', { from: ['MyCorp'] }, 'message_from'],
    ['a rare sender', { from: ['+1407'] }, 'message_from'],
    ['a busy sender and a status', { from: ['MyCorp'], status: 'failed' }, 'message_from'],
    ['a recipient', { to: ['+2407'] }, 'message_to'],
    ['a recipient of a time', { to: ['+2407'], since: KEY.at }, 'message_to'],
    ['a long conversation', { conversation_id: LONG_CONVERSATION }, 'message_in_conversation'],
  ])('%s', async (_, filter, index) => {
    const conversations = filter.conversation_id ? [filter.conversation_id] : null;
    const list = (on: Kysely<ReportingTables>) => listMessages(on, wanted(filter, conversations));
    for (const key of [null, KEY])
      expect(await planOf(list, (listing) => listing.after(key, 51), 1)).toMatchObject({
        indexes: [index],
        limited: [expect.stringMatching(/^Index (Only )?Scan/)],
      });
  });
});

test('what says a text is looked for in the order of the index, and before it how long the texts are', async () => {
  const list = (on: Kysely<ReportingTables>) => listMessages(on, wanted({ q: 'text' }));
  for (const key of [null, KEY])
    expect(await planOf(list, (listing) => listing.after(key, 51), 2)).toMatchObject({
      indexes: ['message_listed', 'message_listed'],
      limited: [expect.stringMatching(/^Index Scan/), expect.stringMatching(/^Index Scan/)],
    });
});

describe('one page of a user’s messages is read from the indexes of all that can make them theirs, each in order', () => {
  test.each([
    ['a busy one', { id: BUSY_USER, addresses: ['+1407', 'busy@acme.test'] }],
    ['a rare one', { id: RARE_USER, addresses: ['MyCorp'] }],
  ])('%s', async (_, user) => {
    const since = '2026-01-01T00:00:00.000Z';
    const ways = 2 + 2 * user.addresses.length;
    const list = (on: Kysely<ReportingTables>) => listMessages(on, wanted({ user, since }));
    for (const key of [null, KEY]) {
      const { indexes, limited } = await planOf(list, (listing) => listing.after(key, 51), ways);
      expect(new Set(indexes)).toEqual(
        new Set(['message_from_user', 'message_to_user', 'message_from', 'message_to']),
      );
      expect(limited).toHaveLength(ways);
      for (const step of limited) expect(step).toMatch(/^Index (Only )?Scan using message_(from|to)/);
    }
  });
});

test('one page of the messages of very many senders is read from the index of each in order', async () => {
  const from = ['MyCorp', ...Array.from({ length: 99 }, (_, n) => `+1${n}`)];
  const list = (on: Kysely<ReportingTables>) =>
    listMessages(on, { ...wanted({ from }), account_id: BUSY_ACCOUNT });
  for (const key of [null, KEY]) {
    const { limited } = await planOf(list, (listing) => listing.after(key, 51), from.length);
    for (const step of limited) expect(step).toMatch(/^Index (Only )?Scan using message_from/);
    expect(limited).toHaveLength(from.length);
  }
});

describe('what is seldom said is looked up by its grams', () => {
  test.each<[string, (listing: Listing<unknown>) => Promise<unknown>]>([
    ['for a page', (listing) => listing.after(null, 51)],
    ['for a page by number', (listing) => listing.from(0, 50)],
    ['for a total', (listing) => listing.count()],
  ])('%s', async (_, ask) => {
    const unheard = { ...wanted({ q: 'nobody says this' }), account_id: BUSY_ACCOUNT };
    const { indexes } = await planOf((on) => listMessages(on, unheard), ask);
    expect(indexes).toEqual(['searchable_grams', 'message_pkey']);
  });
});

test('one page of a conversation with several ids is read from its index in order, once for each', async () => {
  const conversations = [LONG_CONVERSATION, conversationId.parse('c81e728d-9d4c-5f63-af06-7f89cc14862c')];
  const list = (on: Kysely<ReportingTables>) => listMessages(on, wanted({}, conversations));
  for (const key of [null, KEY]) {
    const { limited } = await planOf(list, (listing) => listing.after(key, 51), 2);
    for (const step of limited) expect(step).toMatch(/^Index (Only )?Scan using message_in_conversation/);
    expect(limited).toHaveLength(2);
  }
});

describe('what is rare is not looked for all along the list', () => {
  test.each<[string, Partial<MessageFilter>]>([
    ['among a busy sender’s', { from: ['MyCorp'], type: 'chat' }],
    ['among the recipients of a busy sender', { from: ['MyCorp'], to: ['+2407'], status: 'failed' }],
  ])('%s', async (_, filter) => {
    const list = (on: Kysely<ReportingTables>) => listMessages(on, wanted(filter));
    const { steps, indexes } = await planOf(list, (listing) => listing.after(null, 51));
    expect(indexes).not.toContain('message_listed');
    expect(steps).not.toContain('Seq Scan');
  });
});

describe('one page of conversations is read from its index in order', () => {
  test.each([null, KEY])('after %j', async (key) => {
    const list = (on: Kysely<ReportingTables>) =>
      listConversations(on, { account_id, id: null, participant: null });
    expect(await planOf(list, (listing) => listing.after(key, 51))).toMatchObject({
      steps: ['Index Scan'],
      indexes: ['conversation_listed'],
    });
  });
});

describe('one page of somebody’s conversations is read', () => {
  // Of an address the two ways to be theirs are asked for first, as parts of the next.
  const SOURCE = 2;
  const PAGE = 3;
  const ofSomebody = (who: string) => (on: Kysely<ReportingTables>) =>
    listConversations(on, { account_id, id: null, participant: [who] });

  test.each([null, KEY])('from the list in order where they have many messages, after %j', async (key) => {
    const list = (on: Kysely<ReportingTables>) =>
      listConversations(on, { account_id: BUSY_ACCOUNT, id: null, participant: ['MyCorp'] });
    // How far it is walked is read first.
    for (const [which, step] of [
      [PAGE, 'Index Only Scan'],
      [PAGE + 1, 'Index Scan'],
    ] as const)
      expect(await planOf(list, (listing) => listing.after(key, 51), which)).toMatchObject({
        steps: [step],
        indexes: ['conversation_listed'],
      });
  });

  test.each([null, KEY])('from those of their messages where they have few, after %j', async (key) => {
    const found = await planOf(ofSomebody('+1407'), (listing) => listing.after(key, 51), SOURCE);
    expect(found.limited).toHaveLength(2);
    for (const step of found.limited) expect(step).toMatch(/^Index Scan using message_(from|to) /);
    const read = await planOf(ofSomebody('+1407'), (listing) => listing.after(key, 51), PAGE);
    expect(read.indexes).toEqual(['conversation_pkey']);
  });
});

describe('an exact total is counted in an index', () => {
  test.each<[string, Partial<MessageFilter>]>([
    ['of all', {}],
    ['of a recipient', { to: ['+2407'] }],
  ])('%s', async (_, filter) => {
    const list = (on: Kysely<ReportingTables>) => listMessages(on, wanted(filter));
    const { steps } = await planOf(list, (listing) => listing.count());
    expect(steps).not.toContain('Seq Scan');
  });
});
