import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@parley/testkit';
import fc from 'fast-check';
import { sql, type Kysely } from 'kysely';
import { bisect } from './bisect.ts';
import { createDatabase } from './open-database.ts';
import { sqlState } from './failures.ts';

let database: TestDatabase;
let db: Kysely<Record<never, never>>;

beforeAll(async () => {
  database = await testDatabase();
  db = createDatabase({ url: database.url, schema: 'public' });
  await sql`create table stored (id int primary key, value text not null check (value <> 'bad'))`.execute(db);
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

interface Row {
  id: number;
  value: string;
}
async function insert(rows: readonly Row[]): Promise<string[]> {
  const { rows: ids } = await sql<{ id: number }>`insert into stored
    select * from jsonb_to_recordset(${JSON.stringify(rows)}) as r(id int, value text) returning id`.execute(
    db,
  );
  return ids.map(({ id }) => `stored ${id}`);
}

test('a bad row is singled out, its neighbours are stored, and results stay in order', async () => {
  const rows = ['a', 'b', 'bad', 'c', 'd', 'bad', 'e'].map((value, id) => ({ id, value }));
  const results = await bisect(rows, insert, ({ id }, error) => `${sqlState(error)} ${id}`);
  expect(results).toEqual(['stored 0', 'stored 1', '23514 2', 'stored 3', 'stored 4', '23514 5', 'stored 6']);
});

test('a text that PostgreSQL cannot hold is a bad row', async () => {
  const rows = ['fine', 'nul \u0000'].map((value, index) => ({ id: 100 + index, value }));
  expect(await bisect(rows, insert, ({ id }) => `bad ${id}`)).toEqual(['stored 100', 'bad 101']);
});

test('what is wrong with the statement, and not with a row, is thrown', async () => {
  const broken = () => sql<never>`select * from nowhere`.execute(db).then(({ rows }) => rows);
  await expect(bisect([1, 2], broken, () => null)).rejects.toMatchObject({ code: '42P01' });
});

test('whichever rows are bad, every other one is stored and every row has its result', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 40 }), async (good) => {
      const stored = new Set<number>();
      const run = async (items: readonly number[]) => {
        if (items.some((item) => !good[item])) throw Object.assign(new Error('bad'), { code: '22P02' });
        for (const item of items) stored.add(item);
        return items.map(() => 'stored');
      };
      const results = await bisect([...good.keys()], run, () => 'bad');
      expect(results).toEqual(good.map((isGood) => (isGood ? 'stored' : 'bad')));
      expect(stored.size).toBe(good.filter(Boolean).length);
    }),
  );
});
