import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { testDatabase, until, wayTo, type TestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import { Unavailable } from '../runtime/unavailable.ts';
import { createDatabase } from './open-database.ts';
import { whileAnswering } from './while-answering.ts';

const SILENCE_MS = 1_500;
let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

const never = new AbortController().signal;

test('work takes as long as it needs while the server answers', async () => {
  const db = createDatabase({ url: database.url, schema: 'public', maxConnections: 1, patient: true });
  const began = await sql<{ at: string }>`select now()::text as at`.execute(db);
  const since = began.rows[0]?.at;
  /** Done when the server has answered later than it may be silent. */
  const work = async () => {
    await until(
      async () => {
        const answered = await sql`
          select from pg_stat_activity where datname = current_database() and query = 'select 1' and state = 'idle'
            and query_start > ${since}::timestamptz + ${SILENCE_MS}::int * interval '1 ms'`.execute(db);
        return answered.rows.length > 0;
      },
      { what: 'the server answers, later than it may be silent' },
    );
    return 'done';
  };
  expect(await whileAnswering({ url: database.url, signal: never, silenceMs: SILENCE_MS }, work)).toBe(
    'done',
  );
  await db.destroy();
});

test('work on a server that has frozen is given up', async () => {
  // With the time-outs of a service: those of tests are longer.
  const [url = ''] = database.url.split('?');
  const way = await wayTo(url);
  const db = createDatabase({ url: way.url, schema: 'public', maxConnections: 1, patient: true });
  await sql`select 1`.execute(db);
  way.fallSilent();
  const work = () => sql`select 1`.execute(db);
  const working = whileAnswering({ url: way.url, signal: never, silenceMs: SILENCE_MS }, work);
  await expect(working).rejects.toThrow(Unavailable);
  way.close();
});

test('a signal ends the waiting, and what fails fails', async () => {
  const stop = new AbortController();
  let isWorking = false;
  const work = () => {
    isWorking = true;
    return new Promise<never>(() => {});
  };
  const working = whileAnswering({ url: database.url, signal: stop.signal }, work);
  await until(() => isWorking, { what: 'it works' });
  stop.abort(new Error('enough'));
  await expect(working).rejects.toThrow('enough');
  const failing = whileAnswering({ url: database.url, signal: never }, async () => {
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
});
