import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@parley/testkit';
import { sql, type Kysely, type Transaction } from 'kysely';
import { OutcomeUnknown, Unavailable } from '../runtime/unavailable.ts';
import { createDatabase } from './open-database.ts';
import { inTransaction } from './transaction.ts';

interface Tables {
  counter: { id: number; value: number };
}
let database: TestDatabase;
let db: Kysely<Tables>;

beforeAll(async () => {
  database = await testDatabase();
  db = createDatabase({ url: database.url, schema: 'public' });
  await sql`create table counter (id int primary key, value int not null check (value >= 0))`.execute(db);
});
afterEach(() => db.deleteFrom('counter').execute());
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

async function raise(trx: Transaction<Tables>, id: number): Promise<void> {
  await trx
    .updateTable('counter')
    .set((eb) => ({ value: eb('value', '+', 1) }))
    .where('id', '=', id)
    .execute();
}
const values = async () =>
  (await db.selectFrom('counter').select('value').orderBy('id').execute()).map((row) => row.value);

test('what it returns is committed', async () => {
  const result = await inTransaction(db, async (trx) => {
    await trx.insertInto('counter').values({ id: 1, value: 7 }).execute();
    return 'done';
  });
  expect([result, await values()]).toEqual(['done', [7]]);
});

test('when it throws, nothing happened, and what it threw comes out', async () => {
  const failure = new Error('changed my mind; the connection was closed');
  const work = inTransaction(db, async (trx) => {
    await trx.insertInto('counter').values({ id: 1, value: 7 }).execute();
    throw failure;
  });
  await expect(work).rejects.toBe(failure);
  expect(await values()).toEqual([]);
});

test('a deadlock is tried again until both are through', async () => {
  const start = [1, 2].map((id) => ({ id, value: 0 }));
  await db.insertInto('counter').values(start).execute();
  let tries = 0;
  let reached = 0;
  const both = Promise.withResolvers<void>();
  const crossing = (first: number, second: number) =>
    inTransaction(db, async (trx) => {
      tries += 1;
      await sql`set local deadlock_timeout = '10ms'`.execute(trx);
      await raise(trx, first);
      reached += 1;
      if (reached === 2) both.resolve();
      // Each holds what the other wants next.
      await both.promise;
      await raise(trx, second);
    });
  await Promise.all([crossing(1, 2), crossing(2, 1)]);
  expect(await values()).toEqual([2, 2]);
  // Both may be chosen as victims, and meet again.
  expect(tries).toBeGreaterThan(2);
});

test('it gives up a deadlock that comes back every time', async () => {
  let tries = 0;
  const work = inTransaction(db, async (trx) => {
    tries += 1;
    await sql`do $$ begin raise 'again' using errcode = '40P01'; end $$`.execute(trx);
  });
  await expect(work).rejects.toBeInstanceOf(Unavailable);
  expect(tries).toBe(5);
});

describe('a database that is lost', () => {
  /** Makes every commit after an insert end in this. */
  async function atCommit(statement: string): Promise<void> {
    await sql`create or replace function at_commit() returns trigger language plpgsql as
      ${sql.lit(`begin ${statement}; return null; end`)}`.execute(db);
    await sql`drop trigger if exists at_commit on counter`.execute(db);
    await sql`create constraint trigger at_commit after insert on counter
      deferrable initially deferred for each row execute function at_commit()`.execute(db);
  }
  const insertOne = (trx: Transaction<Tables>) =>
    trx.insertInto('counter').values({ id: 1, value: 1 }).execute();

  test('before the commit means that nothing happened', async () => {
    const work = inTransaction(db, async (trx) => {
      await insertOne(trx);
      await sql`select pg_terminate_backend(pg_backend_pid())`.execute(trx);
    });
    await expect(work).rejects.toBeInstanceOf(Unavailable);
    expect(await values()).toEqual([]);
  });

  test('during the commit means that nobody knows', async () => {
    await atCommit('perform pg_terminate_backend(pg_backend_pid())');
    await expect(inTransaction(db, insertOne)).rejects.toBeInstanceOf(OutcomeUnknown);
  });

  test('is not the same as a commit that cannot be serialized: nothing happened', async () => {
    await atCommit("raise 'again' using errcode = '40001'");
    await expect(inTransaction(db, insertOne)).rejects.toBeInstanceOf(Unavailable);
    expect(await values()).toEqual([]);
  });

  test('is not the same as a commit that is refused', async () => {
    await atCommit('raise check_violation');
    await expect(inTransaction(db, insertOne)).rejects.toMatchObject({ code: '23514' });
    expect(await values()).toEqual([]);
  });
});
