import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newRowIdAt } from '@parley/contracts/ids';
import { createDatabase } from '@parley/platform/db';
import { testDatabase, type TestDatabase } from '@parley/testkit';
import { sql, type Kysely } from 'kysely';
import type { IngestTables } from '../database.ts';
import { createKeeper } from './keeper.ts';
import { loadDays } from './store.ts';

const NOW = Date.parse('2031-05-10T12:00:00.000Z');

let database: TestDatabase;
let db: Kysely<IngestTables>;

beforeAll(async () => {
  database = await testDatabase();
  db = createDatabase<IngestTables>({ url: database.url, schema: 'ingest' });
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

const write = (at: string) =>
  sql`insert into webhook_log (id, received_at, account_id, connection_id, url, headers, body, body_bytes, verdict)
    values (${newRowIdAt(at)}, ${at}, 'acme', 'sms', '', '{}', '', 0, 'created')`.execute(db);

async function placeOf(at: string): Promise<string | undefined> {
  const { rows } = await sql<{ place: string }>`
    select tableoid::regclass::text as place from webhook_log where received_at = ${at}`.execute(db);
  return rows[0]?.place;
}

test('a new database has the days of the next week already', async () => {
  const days = await loadDays(db);
  expect(days).toContain(new Date().toISOString().slice(0, 10));
  expect(days.length).toBe(8);
});

test('days are made ahead by one of several instances, and rows find theirs, to the last millisecond', async () => {
  const keep = createKeeper({ db, keptDays: 30 });
  await Promise.all([keep(NOW), keep(NOW), keep(NOW)]);
  expect(await loadDays(db)).toEqual(
    Array.from({ length: 8 }, (_, ahead) => new Date(NOW + ahead * 86_400_000).toISOString().slice(0, 10)),
  );
  await write('2031-05-12T00:00:00.000Z');
  await write('2031-05-12T23:59:59.999Z');
  expect(await placeOf('2031-05-12T00:00:00.000Z')).toBe('webhook_log_20310512');
  expect(await placeOf('2031-05-12T23:59:59.999Z')).toBe('webhook_log_20310512');
});

test('what has no partition of its day is kept all the same, as long as the rest, and keeps no other day from being made', async () => {
  const keep = createKeeper({ db, keptDays: 30 });
  await write('2031-05-20T10:00:00.000Z');
  expect(await placeOf('2031-05-20T10:00:00.000Z')).toBe('webhook_log_rest');
  await keep(Date.parse('2031-05-19T00:00:00.000Z'));
  expect(await loadDays(db)).not.toContain('2031-05-20');
  expect(await loadDays(db)).toContain('2031-05-21');
  await keep(Date.parse('2031-06-19T23:59:59.999Z'));
  expect(await placeOf('2031-05-20T10:00:00.000Z')).toBe('webhook_log_rest');
  await keep(Date.parse('2031-06-20T00:00:00.000Z'));
  expect(await placeOf('2031-05-20T10:00:00.000Z')).toBeUndefined();
});

test('a day that is too old is dropped with what is in it', async () => {
  const keep = createKeeper({ db, keptDays: 2 });
  await keep(Date.parse('2032-01-01T00:00:00.000Z'));
  await write('2032-01-02T10:00:00.000Z');
  await keep(Date.parse('2032-01-04T23:59:59.999Z'));
  expect(await placeOf('2032-01-02T10:00:00.000Z')).toBe('webhook_log_20320102');
  await keep(Date.parse('2032-01-05T00:00:00.000Z'));
  expect(await placeOf('2032-01-02T10:00:00.000Z')).toBeUndefined();
  expect((await loadDays(db))[0]).toBe('2032-01-03');
});

test('a rest that is too old goes in steps', async () => {
  await sql`insert into webhook_log_rest (id, received_at, account_id, connection_id, url, headers, body, body_bytes, verdict)
    select gen_random_uuid(), '2020-01-01', 'acme', 'sms', '', '{}', '', 0, 'created'
    from generate_series(1, 1500)`.execute(db);
  const keep = createKeeper({ db, keptDays: 30 });
  expect(await keep(NOW)).toBe(true);
  expect(await keep(NOW)).toBe(false);
});
