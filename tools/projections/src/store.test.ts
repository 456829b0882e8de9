import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createDatabase } from '@parley/platform/db';
import { testDatabase, until, type TestDatabase } from '@parley/testkit';
import { sql, type Kysely, type Transaction } from 'kysely';
import { countProjected, emptyProjections, type Tables } from './store.ts';

let database: TestDatabase;
let db: Kysely<Tables>;

beforeAll(async () => {
  database = await testDatabase();
  db = createDatabase<Tables>({ url: database.url, schema: 'reporting', maxConnections: 3, patient: true });
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

/** Projects as the service does: messages first, whatever else after them. */
async function project(trx: Transaction<Tables>, between: () => Promise<void>): Promise<void> {
  await sql`insert into message (id, status, round, progress) values (gen_random_uuid(), 'sent', 1, 1)`.execute(
    trx,
  );
  await between();
  await sql`insert into address_owner (id, account_id, address, user_id, since, changed_at)
    values (gen_random_uuid(), 'acme', '+1', gen_random_uuid(), now(), now())`.execute(trx);
}

async function isWaiting(): Promise<boolean> {
  const { rows } = await sql`select from pg_locks where not granted and mode = 'AccessExclusiveLock'`.execute(
    db,
  );
  return rows.length > 0;
}

test('emptying the projections waits for what is being projected, and neither fails', async () => {
  let emptied: Promise<void> = Promise.resolve();
  await db.transaction().execute((trx) =>
    project(trx, async () => {
      emptied = emptyProjections(db);
      await until(isWaiting, { what: 'the projections are about to be emptied' });
    }),
  );
  await emptied;
  const { rows } = await sql`select from address_owner`.execute(db);
  expect([await countProjected(db), rows.length]).toEqual([0, 0]);
});
