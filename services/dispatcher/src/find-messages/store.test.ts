import { afterAll, expect, test } from '@jest/globals';
import { openTestDatabase } from '@parley/testkit';
import { accountId } from '@parley/contracts/ids';
import { sql } from 'kysely';
import type { DispatcherTables } from '../database.ts';
import { findMessages } from './store.ts';

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');

afterAll(close);

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
  const found = await findMessages(db, { account_id: accountId.parse('mine'), provider_message_ids: ['1'] });
  expect(found).toHaveLength(1);
});
