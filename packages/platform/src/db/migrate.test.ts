import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@parley/testkit';
import { sql, type Kysely } from 'kysely';
import { migrate } from './migrate.ts';
import { createDatabase } from './open-database.ts';

const SCHEMA = 'shop';
let database: TestDatabase;
let db: Kysely<Record<never, never>>;
let directory: string;

beforeAll(async () => {
  database = await testDatabase();
  db = createDatabase({ url: database.url, schema: SCHEMA });
});
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-migrate-'));
});
afterEach(async () => {
  await sql`drop schema if exists shop cascade`.execute(db);
  await rm(directory, { recursive: true });
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

const file = (name: string, text: string) => writeFile(join(directory, name), text);
const run = () => migrate({ url: database.url, schema: SCHEMA, directory });
const names = async (table: string) =>
  (await sql<{ name: string }>`select name from ${sql.table(table)} order by name`.execute(db)).rows.map(
    (row) => row.name,
  );

test('files are applied in the order of their names, each once, into the schema', async () => {
  await file('0002_more.sql', `insert into item values ('second')`);
  await file('0001_items.sql', `create table item (name text); insert into item values ('first')`);
  await file('README.md', 'not a migration');
  expect(await run()).toEqual({ applied: ['0001_items.sql', '0002_more.sql'] });
  expect(await run()).toEqual({ applied: [] });
  await file('0003_last.sql', `insert into item values ('third')`);
  expect(await run()).toEqual({ applied: ['0003_last.sql'] });
  expect(await names('shop.item')).toEqual(['first', 'second', 'third']);
});

test('of those who migrate at the same time one applies and the others wait', async () => {
  await file('0001_items.sql', `create table item (name text); insert into item values ('once')`);
  const results = await Promise.all([run(), run(), run()]);
  expect(results.flatMap(({ applied }) => applied)).toEqual(['0001_items.sql']);
  expect(await names('shop.item')).toEqual(['once']);
});

test('a file that was changed after it had been applied is refused', async () => {
  await file('0001_items.sql', 'create table item (name text)');
  await run();
  await file('0001_items.sql', 'create table item (name text, price int)');
  await expect(run()).rejects.toThrow('0001_items.sql was changed after it had been applied');
});

test('a file that fails is not applied at all, those before it stay, and mending it helps', async () => {
  await file('0001_items.sql', 'create table item (name text)');
  await file('0002_broken.sql', `insert into item values ('half'); insert into nowhere values (1)`);
  await expect(run()).rejects.toMatchObject({
    message: '0002_broken.sql could not be applied',
    cause: { message: expect.stringContaining('nowhere') },
  });
  expect(await names('shop.item')).toEqual([]);
  expect(await names('shop.migration')).toEqual(['0001_items.sql']);
  await file('0002_broken.sql', `insert into item values ('whole')`);
  expect(await run()).toEqual({ applied: ['0002_broken.sql'] });
});
