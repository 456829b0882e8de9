import { afterAll, expect, test } from '@jest/globals';
import { openTestDatabase } from '@parley/testkit';
import { newRowIdAt } from '@parley/contracts/ids';
import { sql } from 'kysely';
import type { IngestTables } from '../database.ts';
import { createKeeper } from './keeper.ts';
import { forgetDay, loadDays, makeDay } from './store.ts';

const NOW = Date.parse('2021-05-10T12:00:00.000Z');

const { db, close } = await openTestDatabase<IngestTables>('ingest');

afterAll(close);

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
  expect((await loadDays(db)).filter((day) => day < '2022')).toEqual(
    Array.from({ length: 8 }, (_, ahead) => new Date(NOW + ahead * 86_400_000).toISOString().slice(0, 10)),
  );
  await write('2021-05-12T00:00:00.000Z');
  await write('2021-05-12T23:59:59.999Z');
  expect(await placeOf('2021-05-12T00:00:00.000Z')).toBe('webhook_log_20210512');
  expect(await placeOf('2021-05-12T23:59:59.999Z')).toBe('webhook_log_20210512');
});

test('what has no partition of its day is kept all the same, as long as the rest, and keeps no other day from being made', async () => {
  const keep = createKeeper({ db, keptDays: 30 });
  await write('2021-05-20T10:00:00.000Z');
  expect(await placeOf('2021-05-20T10:00:00.000Z')).toBe('webhook_log_rest');
  await keep(Date.parse('2021-05-19T00:00:00.000Z'));
  expect(await loadDays(db)).not.toContain('2021-05-20');
  expect(await loadDays(db)).toContain('2021-05-21');
  await keep(Date.parse('2021-06-19T23:59:59.999Z'));
  expect(await placeOf('2021-05-20T10:00:00.000Z')).toBe('webhook_log_rest');
  await keep(Date.parse('2021-06-20T00:00:00.000Z'));
  expect(await placeOf('2021-05-20T10:00:00.000Z')).toBeUndefined();
});

test('a day that is too old is dropped with what is in it', async () => {
  const keep = createKeeper({ db, keptDays: 2 });
  await keep(Date.parse('2022-01-01T00:00:00.000Z'));
  await write('2022-01-02T10:00:00.000Z');
  await keep(Date.parse('2022-01-04T23:59:59.999Z'));
  expect(await placeOf('2022-01-02T10:00:00.000Z')).toBe('webhook_log_20220102');
  await keep(Date.parse('2022-01-05T00:00:00.000Z'));
  expect(await placeOf('2022-01-02T10:00:00.000Z')).toBeUndefined();
  expect((await loadDays(db))[0]).toBe('2022-01-03');
});

test('a day that may hold entries of the last day is not dropped, and nobody who writes waits long for one that is read', async () => {
  const today = new Date().toISOString().slice(0, 10);
  await expect(forgetDay(db, today)).rejects.toThrow('too young');
  expect(await loadDays(db)).toContain(today);
  await makeDay(db, '2019-05-10');
  await db.transaction().execute(async (reading) => {
    await sql`select from webhook_log`.execute(reading);
    await expect(forgetDay(db, '2019-05-10')).rejects.toThrow('lock timeout');
  });
  await forgetDay(db, '2019-05-10');
  expect(await loadDays(db)).not.toContain('2019-05-10');
});

test('a day that has entries among the rest is found out without a lock on the log', async () => {
  await write('2019-06-10T10:00:00.000Z');
  await db.transaction().execute(async (writing) => {
    await sql`lock table webhook_log_rest in row exclusive mode`.execute(writing);
    expect(await makeDay(db, '2019-06-10')).toBe(false);
  });
});

test('a rest that is too old goes in steps', async () => {
  await sql`insert into webhook_log_rest (id, received_at, account_id, connection_id, url, headers, body, body_bytes, verdict)
    select gen_random_uuid(), '2020-01-01', 'acme', 'sms', '', '{}', '', 0, 'created'
    from generate_series(1, 1500)`.execute(db);
  const keep = createKeeper({ db, keptDays: 30 });
  expect(await keep(NOW)).toBe(true);
  expect(await keep(NOW)).toBe(false);
});
