import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { accountId } from '@parley/contracts/ids';
import { createDatabase } from '@parley/platform/db';
import { testDatabase, type TestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { Database, DispatcherTables } from '../database.ts';
import { messageFinder } from './handler.ts';

let database: TestDatabase;
let db: Database;

beforeAll(async () => {
  database = await testDatabase();
  db = createDatabase<DispatcherTables>({ url: database.url, schema: 'dispatcher' });
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

test('an account’s messages are found whatever other accounts’ messages go by the same name', async () => {
  await sql`with message as (
      insert into message (id, account_id, conversation_id, type, "from", "to", attachments, status, "timestamp",
        created_at, expires_at, changed_at)
      select md5(n::text)::uuid, case n when 12000 then 'mine' else 'theirs' end, md5(n::text)::uuid, 'sms', '+1', '+2',
        '[]', 'sent', now(), now(), now(), now()
      from generate_series(1, 12000) as n returning id
    )
    insert into attempt (message_id, attempt_no, round, connection_id, outcome, provider_message_id, started_at, finished_at)
    select id, 1, 1, 'sms', 'accepted', '1', now(), now() from message`.execute(db);
  const [found] = await messageFinder(db)([
    { account_id: accountId.parse('mine'), provider_message_ids: ['1'] },
  ]);
  expect(found).toHaveLength(1);
});
