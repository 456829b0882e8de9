import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { accountId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import { NO_CONDITIONS, type MessageFilter } from '@parley/contracts/requests/query-messages';
import { inTransaction } from '@parley/platform/db';
import { aMessage, ANY_ACCOUNT, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { knowledgeOfMessage } from '../project-messages/decide.ts';
import { forget } from '../project-messages/projections-fixtures.ts';
import { addKnowledge } from '../project-messages/store.ts';
import { messageLister } from '../query-messages/handler.ts';
import { isDue } from './decide.ts';
import { indexSome } from './index-texts.ts';
import { countWaiting } from './store.ts';

const { db, close } = await openTestDatabase<ReportingTables>('reporting');

beforeEach(() => forget(db));
afterAll(close);

const another = accountId.parse('another');
const project = (messages: readonly Message[]): Promise<void> =>
  inTransaction(db, (trx) => addKnowledge(trx, messages.map(knowledgeOfMessage)));

/** So many of an account that what is older than all of them is found by the index only. */
async function cover(said: readonly Message[]): Promise<void> {
  await project(said);
  await sql`
    insert into message (id, account_id, conversation_id, direction, type, "from", "to", attachments, body, "timestamp",
      created_at, status, round, progress)
    select gen_random_uuid(), account, gen_random_uuid(), 'outbound', 'sms', 'MyCorp', '+1', '[]', 'nothing', now(), now(),
      'sent', 1, 1400 from generate_series(1, 10500), unnest(${[ANY_ACCOUNT, another]}::text[]) as account`.execute(
    db,
  );
}

async function find(q: string, filter: Partial<MessageFilter> = {}): Promise<(string | null)[]> {
  const [found] = await messageLister(db, async () => [])([
    {
      account_id: ANY_ACCOUNT,
      filter: { ...NO_CONDITIONS, q, ...filter },
      order: 'desc',
      page: { style: 'keyset', after: null, limit: 5 },
    },
  ]);
  return found?.rows.map(({ body }) => body) ?? [];
}

const at = (day: number): string => `2020-01-0${day}T00:00:00.000Z`;
const old = [
  aMessage({ body: 'Your Zebrafink, order 4711', timestamp: at(3) }),
  aMessage({ body: 'zebra crossing', timestamp: at(2), type: 'email', subject: 'FINK and dove' }),
  aMessage({ body: 'Привет, МИР', timestamp: at(1) }),
  aMessage({ body: null, timestamp: at(1) }),
  aMessage({ account_id: another, body: 'Their zebrafink', timestamp: at(4) }),
];

describe.each(['before it is indexed', 'after'])('what was said long ago is found %s', (when) => {
  beforeEach(async () => {
    await cover(old);
    if (when === 'after') while (await indexSome(db));
  });

  test('by any part of it, in capitals or not, and by nobody else', async () => {
    expect(await find('ZEBRA')).toEqual(['Your Zebrafink, order 4711', 'zebra crossing']);
    expect(await find('fink')).toEqual(['Your Zebrafink, order 4711', 'zebra crossing']);
    expect(await find('k, or')).toEqual(['Your Zebrafink, order 4711']);
    expect(await find('мир')).toEqual(['Привет, МИР']);
    expect(await find('zebra', { type: 'email' })).toEqual(['zebra crossing']);
    expect(await find('zebrafunk')).toEqual([]);
    // Too short to be looked up.
    expect(await find('47')).toEqual(['Your Zebrafink, order 4711']);
  });
});

test('what is told once more is indexed once', async () => {
  const [one] = old;
  await project(old);
  await project(old.map((message) => ({ ...message, status: 'delivered', round: 1 })));
  expect(await countWaiting(db)).toMatchObject({ messages: old.length });
  while (await indexSome(db));
  const rows = await db.selectFrom('searchable').select('id').execute();
  expect(rows).toHaveLength(old.length - 1);
  expect(rows.map(({ id }) => id)).toContain(one?.id);
});

test('long texts are indexed a few at a time, also those that were projected together', async () => {
  const long = Array.from({ length: 12 }, (_, n) => aMessage({ body: `zebra ${n} `.padEnd(200_000, 'abc') }));
  await project(long);
  expect(await indexSome(db)).toBe(true);
  expect(await countWaiting(db)).toMatchObject({ messages: 7 });
  while (await indexSome(db));
  expect(await countWaiting(db)).toMatchObject({ messages: 0 });
  const rows = await db.selectFrom('searchable').select('id').execute();
  expect(rows.map(({ id }) => id).toSorted()).toEqual(long.map(({ id }) => id).toSorted());
});

test.each([
  ['nothing waits', { messages: 0, new_ones: 0 }, false],
  ['some wait and few come', { messages: 10, new_ones: 10 }, true],
  ['some wait and very many come', { messages: 9_000, new_ones: 9_000 }, false],
  ['too many wait', { messages: 60_000, new_ones: 9_000 }, true],
])('where %s, indexing %j is due: %s', (_, waiting, due) => {
  expect(isDue(waiting)).toBe(due);
});
