import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { accountId, conversationId, userId, type ConversationId } from '@parley/contracts/ids';
import { NO_CONDITIONS, type MessageFilter } from '@parley/contracts/requests/query-messages';
import { createDatabase, type Listing } from '@parley/platform/db';
import { testDatabase, type TestDatabase } from '@parley/testkit';
import {
  CompiledQuery,
  createQueryId,
  sql,
  type Kysely,
  type KyselyPlugin,
  type RootOperationNode,
} from 'kysely';
import type { ReportingTables } from './database.ts';
import { listConversations } from './query-conversations/store.ts';
import { listMessages } from './query-messages/store.ts';

let database: TestDatabase;
let db: Kysely<ReportingTables>;

const LONG_CONVERSATION = conversationId.parse('8f14e45f-ceea-567a-8575-6f3a3b0c1d2e');

const BUSY_USER = userId.parse('018f14e4-5fce-7a57-8575-6f3a3b0c1d2e');
const RARE_USER = userId.parse('018f14e4-5fce-7a57-8575-6f3a3b0c1d2f');

/** As many messages as make every other plan too dear: of 20 accounts, to 4,000 addresses. */
const FILL = `
  insert into message (id, account_id, conversation_id, direction, type, "from", "to", body, attachments, "timestamp",
    from_user_id, to_user_id, created_at, status, status_reason, round, progress)
  select gen_random_uuid(), 'account-' || n % 20, case when n % 20 = 7 and n % 3 = 0 then '${LONG_CONVERSATION}' else md5((n % 2000)::text)::uuid end, 'outbound', 'sms',
    case when n % 2 = 0 then 'MyCorp' else '+1' || n % 4001 end, '+2' || n % 4003, repeat('text ', 20), '[]',
    timestamptz '2026-01-15 12:00Z' - n * interval '1 s',
    case when n % 20 = 7 and n % 3 = 1 then '${BUSY_USER}'::uuid end, case when n % 1000 = 7 then '${RARE_USER}'::uuid end, now(), case when n % 10 = 0 then 'failed' else 'delivered' end,
    case when n % 1000 = 7 then 'outcome_unknown' when n % 10 = 0 then 'http_400' end, 1, 1605
  from generate_series(1, 40000) as n`;
/** An account with two senders, each with more messages than are read to find conversations, 8 in each. */
const FILL_BUSY = [
  `insert into message (id, account_id, conversation_id, direction, type, "from", "to", attachments, "timestamp",
    created_at, status, round, progress)
  select gen_random_uuid(), 'busy', md5('busy' || n % 1500)::uuid, 'outbound', 'sms',
    case when n % 2 = 0 then 'MyCorp' else 'OurCorp' end, '+3' || n % 1500, '[]', timestamptz '2026-01-15 12:00Z' - n * interval '1 s', now(), 'delivered', 1, 1605
  from generate_series(1, 12000) as n`,
  `insert into conversation (id, account_id, participants, types, message_count, unread_count, last_message_id,
    last_message_at, created_at)
  select md5('busy' || n)::uuid, 'busy',
    array[row('MyCorp', null)::participant, row('+3' || n, null)::participant], '{sms}', 4, 0, gen_random_uuid(),
    timestamptz '2026-01-15 12:00Z' - n * interval '1 s', now()
  from generate_series(0, 1499) as n`,
];
const FILL_GRAMS = `
  insert into searchable select id, array[hashtext(id::text), hashtext("from"), hashtext("to")] from message`;
const FILL_CONVERSATIONS = `
  insert into conversation (id, account_id, participants, types, message_count, unread_count, last_message_id,
    last_message_at, created_at)
  select md5(n::text)::uuid, case when n % 2 = 0 then 'account-7' else 'account-' || n % 20 end,
    array[row('MyCorp', null)::participant, row('+1' || n % 5000, null)::participant], '{sms}', 1, 0, gen_random_uuid(), timestamptz '2026-01-15 12:00Z' - n * interval '1 s', now()
  from generate_series(1, 20000) as n`;

beforeAll(async () => {
  database = await testDatabase();
  db = createDatabase<ReportingTables>({ url: database.url, schema: 'reporting', maxConnections: 1 });
  for (const statement of [FILL, FILL_GRAMS, FILL_CONVERSATIONS, ...FILL_BUSY, 'analyze'])
    await sql.raw(statement).execute(db);
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

/**
 * How PostgreSQL would run what is asked of the list: kinds of steps, the indexes they use, and the steps of which
 * no more is read than a limit inside the query says. Of several statements it tells of the last, or of that one.
 */
async function planOf<Row>(
  list: (db: Kysely<ReportingTables>) => Listing<Row>,
  ask: (listing: Listing<Row>) => Promise<unknown>,
  which = -1,
): Promise<{ steps: string[]; indexes: string[]; limited: string[] }> {
  const asked: RootOperationNode[] = [];
  const listener: KyselyPlugin = {
    transformQuery: ({ node }) => {
      asked.push(node);
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  await ask(list(db.withPlugin(listener)));
  const node = asked.at(which);
  if (node === undefined) throw new Error('nothing was asked');
  const { sql: text, parameters } = db.getExecutor().compileQuery(node, createQueryId());
  const { rows } = await db.executeQuery<{ 'QUERY PLAN': string }>(
    CompiledQuery.raw(`explain ${text}`, [...parameters]),
  );
  const lines = rows.map((row) => row['QUERY PLAN']);
  return {
    steps: lines.flatMap(
      (line) => /(Seq Scan|Sort|Index Only Scan|Index Scan|Bitmap \w+ Scan)/.exec(line)?.[1] ?? [],
    ),
    indexes: lines.flatMap(
      (line) => /(?:using|on) ((?:message|conversation|searchable)_(?!\d)\w+)/.exec(line)?.[1] ?? [],
    ),
    limited: lines.flatMap((line, index) => {
      const next = lines[index + 1]?.replace(/^ *-> */, '') ?? '';
      return / -> {2}Limit /.test(line) && / on message/.test(next) ? next : [];
    }),
  };
}

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
    ['a text', { q: 'text' }, 'message_listed'],
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
