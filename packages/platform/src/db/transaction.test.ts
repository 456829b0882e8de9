import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@parley/testkit';
import { sql, type Kysely } from 'kysely';
import { OutcomeUnknown, Unavailable } from '../runtime/unavailable.ts';
import { createDatabase } from './open-database.ts';
import { inTransaction } from './transaction.ts';

type Untyped = Record<never, never>;

let database: TestDatabase;
let db: Kysely<Untyped>;

beforeAll(async () => {
  database = await testDatabase();
  db = createDatabase<Untyped>({ url: database.url, schema: 'public' });
  await sql`create table entry (id int primary key)`.execute(db);
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

async function count(): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) from entry`.execute(db);
  return rows[0]?.count ?? -1;
}

test('what throws leaves nothing behind', async () => {
  const failed = inTransaction(db, async (trx) => {
    await sql`insert into entry values (1)`.execute(trx);
    throw new Error('changed my mind');
  });
  await expect(failed).rejects.toThrow('changed my mind');
  expect(await count()).toBe(0);
});

test('two that wait for each other both come through', async () => {
  await sql`insert into entry values (10), (11)`.execute(db);
  const touch = async (
    trx: Parameters<Parameters<typeof inTransaction<Untyped, void>>[1]>[0],
    id: number,
  ) => {
    await sql`update entry set id = id where id = ${id}`.execute(trx);
  };
  const bothStarted = Promise.withResolvers<void>();
  let started = 0;
  const inOrder = (first: number, second: number) =>
    inTransaction(db, async (trx) => {
      await touch(trx, first);
      started += 1;
      if (started === 2) bothStarted.resolve();
      await bothStarted.promise;
      await touch(trx, second);
    });
  await expect(Promise.all([inOrder(10, 11), inOrder(11, 10)])).resolves.toBeDefined();
});

test('a connection lost before the commit says that nothing happened', async () => {
  const failed = inTransaction(db, async (trx) => {
    await sql`insert into entry values (2)`.execute(trx);
    await sql`select pg_terminate_backend(pg_backend_pid())`.execute(trx);
  });
  await expect(failed).rejects.toBeInstanceOf(Unavailable);
});

test('a connection lost during the commit does not claim that nothing happened', async () => {
  await sql`create function end_session() returns trigger language plpgsql as
    $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$`.execute(db);
  await sql`create constraint trigger at_commit after insert on entry deferrable initially deferred
    for each row execute function end_session()`.execute(db);
  const failed = inTransaction(db, async (trx) => {
    await sql`insert into entry values (3)`.execute(trx);
  });
  await expect(failed).rejects.toBeInstanceOf(OutcomeUnknown);
});
