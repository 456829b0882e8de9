import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { accountId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import { createDatabase, inTransaction } from '@parley/platform/db';
import { aMessage, ANY_ACCOUNT, testDatabase, type TestDatabase } from '@parley/testkit';
import type { Kysely } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { knowledgeOfFact, knowledgeOfMessage } from '../project-messages/decide.ts';
import { changeFact } from '../project-messages/facts-fixtures.ts';
import { addKnowledge } from '../project-messages/store.ts';
import { statsReader } from './handler.ts';

let database: TestDatabase;
let db: Kysely<ReportingTables>;

/** The sender with number n sends n messages; two more senders are as busy as number 11. */
const senders = Array.from({ length: 12 }, (_, index) => `+1212555010${String(index).padStart(2, '0')}`);
const many: Message[] = senders.flatMap((from, count) =>
  Array.from({ length: count }, () => aMessage({ from })),
);
const others: Message[] = ['b@x.example', 'a@x.example'].flatMap((from) =>
  Array.from({ length: 11 }, () => aMessage({ from, type: 'email', timestamp: '2025-12-31T23:59:59.999Z' })),
);

beforeAll(async () => {
  database = await testDatabase();
  db = createDatabase<ReportingTables>({ url: database.url, schema: 'reporting' });
  const inbound = aMessage({
    direction: 'inbound',
    status: 'received',
    timestamp: '2026-01-01T00:00:00.000Z',
  });
  const foreign = aMessage({ account_id: accountId.parse('another') });
  const known = [...many, ...others, inbound, foreign].map(knowledgeOfMessage);
  await inTransaction(db, (trx) => addKnowledge(trx, known));
  const sent = many.slice(0, 6).map((message) => knowledgeOfFact(changeFact(message, { status: 'sent' })));
  await inTransaction(db, (trx) => addKnowledge(trx, sent));
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

test('statistics count the account’s messages by day, sender, status and type', async () => {
  const [stats] = await statsReader(db)([{ account_id: ANY_ACCOUNT }]);
  expect(stats).toEqual({
    total: 66 + 22 + 1,
    by_day: [
      { date: '2025-12-31', count: 22 },
      { date: '2026-01-01', count: 1 },
      { date: '2026-01-15', count: 66 },
    ],
    top_senders: [
      { from: senders[11], count: 11 },
      { from: 'a@x.example', count: 11 },
      { from: 'b@x.example', count: 11 },
      ...[10, 9, 8, 7, 6, 5, 4].map((count) => ({ from: senders[count], count })),
    ],
    by_status: { queued: 60 + 22, received: 1, sent: 6 },
    by_type: { email: 22, sms: 67 },
  });
});

test('an account without messages has none', async () => {
  expect(await statsReader(db)([{ account_id: accountId.parse('nobody') }])).toEqual([
    { total: 0, by_day: [], top_senders: [], by_status: {}, by_type: {} },
  ]);
});

test('every question gets its own account’s answer', async () => {
  const accounts = ['another', 'nobody', 'another'].map((id) => ({ account_id: accountId.parse(id) }));
  expect((await statsReader(db)(accounts)).map(({ total }) => total)).toEqual([1, 0, 1]);
});
