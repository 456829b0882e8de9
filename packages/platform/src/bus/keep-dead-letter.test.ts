import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@parley/testkit';
import { sql, type Kysely } from 'kysely';
import { z } from 'zod';
import { createDatabase } from '../db/open-database.ts';
import type { RejectedMessage } from './consume.ts';
import { keepDeadLetter } from './keep-dead-letter.ts';

interface DeadLetter {
  kind: string;
  subject: string;
  payload: string;
  reason: string;
  attempts: number;
}

let database: TestDatabase;
let db: Kysely<Record<never, never>>;

beforeAll(async () => {
  database = await testDatabase();
  db = createDatabase({ url: database.url, schema: 'dispatcher' });
});
afterEach(async () => {
  await sql`truncate dead_letter`.execute(db);
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

const keep = (overrides: Partial<RejectedMessage> = {}) =>
  keepDeadLetter(db)({
    subject: 'work.send.high.sms',
    payload: '{}',
    reason: 'v',
    deliveries: 1,
    ...overrides,
  });

async function kept(): Promise<DeadLetter[]> {
  const { rows } = await sql<DeadLetter>`
    select kind, subject, payload, reason, attempts from dead_letter order by kind, payload`.execute(db);
  return rows;
}

test('work and facts are kept as what they are', async () => {
  await keep({ deliveries: 10 });
  await keep({ subject: 'event.receipt.v1' });
  expect(await kept()).toEqual([
    { kind: 'fact', subject: 'event.receipt.v1', payload: '{}', reason: 'v', attempts: 1 },
    { kind: 'work', subject: 'work.send.high.sms', payload: '{}', reason: 'v', attempts: 10 },
  ]);
});

test('what is kept has an id that contracts take', async () => {
  for (const payload of ['a', 'b', 'c', 'd']) await keep({ payload });
  const { rows } = await sql<{ id: string }>`select id from dead_letter`.execute(db);
  for (const { id } of rows) expect(z.uuid().safeParse(id).success).toBe(true);
});

test('the same one, rejected again, is the same row seen more often, with the newest reason', async () => {
  await keep({ deliveries: 2 });
  await keep({ deliveries: 3, reason: 'w' });
  await keep({ payload: '[]' });
  expect(await kept()).toMatchObject([
    { payload: '[]', attempts: 1 },
    { payload: '{}', attempts: 5, reason: 'w' },
  ]);
});

test('what PostgreSQL cannot hold does not keep it from being kept', async () => {
  await keep({ payload: 'nul \u0000, half \uD83D', reason: 'at \u0000' });
  expect(await kept()).toMatchObject([{ payload: 'nul \uFFFD, half \uFFFD', reason: 'at \uFFFD' }]);
});

test('it says so when the database is away', async () => {
  const away = createDatabase({ url: 'postgresql://nobody@127.0.0.1:1/nothing', schema: 'dispatcher' });
  const lost = { subject: 'work.send.high.sms', payload: '{}', reason: 'v', deliveries: 1 };
  await expect(keepDeadLetter(away)(lost)).rejects.toMatchObject({ name: 'Unavailable' });
  await away.destroy();
});
