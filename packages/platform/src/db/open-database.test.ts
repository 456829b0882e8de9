import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { testDatabase, testPostgres, testService, until, type TestDatabase } from '@parley/testkit';
import { sql, type Kysely } from 'kysely';
import { Unavailable } from '../runtime/unavailable.ts';
import { asUnavailable } from './failures.ts';
import { createDatabase, openDatabase } from './open-database.ts';
import { prepared } from './prepared.ts';
import { inTransaction } from './transaction.ts';

type Tables = Record<never, never>;
let database: TestDatabase;
let db: Kysely<Tables>;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());
beforeEach(() => {
  db = createDatabase({ url: database.url, schema: 'dispatcher', maxConnections: 2 });
});
afterEach(() => db.destroy());

const addNumbers = prepared<{ sum: number }>('test-add', 'select $1::int + $2::int as sum');

describe('a prepared statement', () => {
  test('is prepared once per connection and used again', async () => {
    const sums = await db.connection().execute(async (connection) => {
      const results = [];
      for (const number of [1, 2, 3]) results.push(await addNumbers(connection, [number, 10]));
      const known = sql<{ name: string; calls: number }>`select name, generic_plans + custom_plans as calls
        from pg_prepared_statements where name = 'test-add'`;
      expect((await known.execute(connection)).rows).toEqual([{ name: 'test-add', calls: 3 }]);
      return results.flat().map((row) => row.sum);
    });
    expect(sums).toEqual([11, 12, 13]);
  });

  test('is prepared in a transaction too', async () => {
    await inTransaction(db, async (trx) => {
      await addNumbers(trx, [1, 2]);
      const { rows } = await sql`select name from pg_prepared_statements`.execute(trx);
      expect(rows).toEqual([{ name: 'test-add' }]);
    });
  });

  test('cannot share its name with another text', () => {
    expect(() => prepared('test-add', 'select 1')).toThrow('two statements are named test-add');
    expect(() => prepared('test-add', 'select $1::int + $2::int as sum')).not.toThrow();
  });
});

test('unqualified names mean the schema it was opened for', async () => {
  const { rows } = await sql`select count(*) from idempotency_key`.execute(db);
  expect(rows).toEqual([{ count: 0 }]);
});

test('values come as they are used: instants with milliseconds, bigint as number, days as days', async () => {
  const { rows } = await sql`select '2026-01-15 11:00:00+01'::timestamptz(3) as instant,
    '2026-01-15 10:00:00.123456+00'::timestamptz as fine, 9007199254740991::bigint as big,
    '2026-01-15'::date as day, '{a,b}'::text[] as list, '{"a":1}'::jsonb as json, null::timestamptz as never,
    decode('00ff', 'hex') as bytes`.execute(db);
  expect(rows).toEqual([
    {
      instant: '2026-01-15T10:00:00.000Z',
      fine: '2026-01-15T10:00:00.123Z',
      big: Number.MAX_SAFE_INTEGER,
      day: '2026-01-15',
      list: ['a', 'b'],
      json: { a: 1 },
      never: null,
      bytes: Buffer.from([0, 255]),
    },
  ]);
});

test('statements are counted, the brackets of a transaction are not', async () => {
  const service = testService('dispatcher', {});
  const counted = openDatabase<Tables>(service, { url: database.url, schema: 'dispatcher' });
  await inTransaction(counted, async (trx) => {
    await addNumbers(trx, [1, 2]);
    await sql`select 1`.execute(trx);
  });
  expect((await service.metrics.expose()).body).toContain('db_statements_total{service="dispatcher"} 2');
  await service.stop();
});

describe('a server that goes away', () => {
  test('makes calls fail as Unavailable, also those under way, and is used again when it is back', async () => {
    const server = await testPostgres();
    const service = testService('dispatcher', {});
    const here = openDatabase<Tables>(service, {
      url: server.url,
      schema: 'public',
      maxConnections: 3,
      patient: true,
    });
    const ready = () => Promise.all(service.owned.map((part) => part.check?.()));
    expect(await ready()).toEqual([null]);

    const sleeping = inTransaction(here, (trx) => sql`select pg_sleep(60)`.execute(trx));
    const thinking = Promise.withResolvers<void>();
    const between = inTransaction(here, async (trx) => {
      await sql`select 1`.execute(trx);
      await thinking.promise;
      await sql`select 1`.execute(trx);
    });
    const asleep = sql`select from pg_stat_activity where query like '%pg_sleep%' and state = 'active'
      and pid <> pg_backend_pid()`;
    await until(async () => (await asleep.execute(here)).rows.length > 0, { what: 'a statement runs' });

    const both = Promise.allSettled([sleeping, between]);
    await server.kill();
    thinking.resolve();
    for (const result of await both)
      expect(result).toEqual({ status: 'rejected', reason: expect.any(Unavailable) });
    await expect(inTransaction(here, async () => {})).rejects.toBeInstanceOf(Unavailable);
    const failure = await sql`select 1`.execute(here).catch(asUnavailable);
    expect(failure).toBeInstanceOf(Unavailable);
    await expect(ready()).rejects.toThrow('ECONNREFUSED');

    await server.restart();
    await until(() => inTransaction(here, async () => true), { what: 'the database is used again' });
    expect(await ready()).toEqual([null]);
    await service.stop();
    await server.stop();
  });
});

test('a server that says nothing is given up, and its connection is not used again', async () => {
  // As a service opens it: with time-outs.
  const [url = ''] = database.url.split('?');
  const single = createDatabase<Tables>({ url, schema: 'dispatcher', maxConnections: 1 });
  const pid = async () =>
    (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(single)).rows[0]?.pid;
  const before = await pid();
  // The server's own time-out, which a server that has frozen does not keep.
  await sql`set statement_timeout = 0`.execute(single);
  const silent = sql`select pg_sleep(60)`.execute(single).catch((error: unknown) => asUnavailable(error));
  expect(await silent).toBeInstanceOf(Unavailable);
  expect(await pid()).not.toBe(before);
  await single.destroy();
  await sql`select pg_terminate_backend(${before})`.execute(db);
});
