import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newMessageId, newRowId } from '@parley/contracts/ids';
import { aMessage, ANY_ACCOUNT, genericPlan, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import { judgeCancel } from './cancel-messages/decide.ts';
import { messageChanger } from './change-messages/handler.ts';
import type { DispatcherTables } from './database.ts';
import { contextOn } from './testing/rows.ts';
import { asked, store } from './testing/stored-messages.ts';
import { unmatchedConnections } from './query-dead-letters/store.ts';
import { loadLives } from './read-timelines/store.ts';

import { keepPace, loadUnmatched, lockPace, publishLetters } from './redrive-dead-letters/store.ts';

/** Every statement that runs for what people ask of messages, and what its plan must find its rows by. */
const EXPECTED: Record<string, RegExp> = {
  'change-lock': /message_pkey/,
  'change-history': /message_pkey.*attempt_pkey.*note_message/s,
  'change-move': /message_pkey/,
  'notes-add': /Insert on note/,
  'dead-letters-connections': /unmatched_receipt_message/,
  'redrive-lock': /redrive_pkey/,
  'redrive-keep': /redrive_pkey/,
  'redrive-publish': /dead_letter_pkey/,
  'redrive-receipts': /unmatched_receipt_pkey/,
  'timeline-messages': /message_pkey/,
  'timeline-attempts': /attempt_pkey/,
  'timeline-notes': /note_message/,
  'timeline-waits': /waiting_pkey.*message_pkey/s,
};
const ROWS = 20_000;

// One connection: statements are prepared in it, and there they are looked up.
const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher', { maxConnections: 1 });

beforeAll(async () => {
  await fill();
  await messageChanger(contextOn(db), judgeCancel)([asked(await store(db, aMessage()))]);
  await loadLives(db, [newMessageId()]);
  await unmatchedConnections(db);
  await loadUnmatched(db, [newRowId()]);
  await db.transaction().execute(async (trx) => {
    await keepPace(trx, ANY_ACCOUNT, await lockPace(trx, ANY_ACCOUNT));
    await publishLetters(trx, [{ id: newRowId(), at: new Date().toISOString() }]);
  });
});
afterAll(close);

/** As much as a busy day leaves, known to the planner. */
async function fill(): Promise<void> {
  await sql`insert into message (id, account_id, conversation_id, type, "from", "to", body, attachments, status,
      "timestamp", created_at, expires_at, stale_after, changed_at)
    select gen_random_uuid(), 'acme', gen_random_uuid(), 'sms', '+1', '+2', 'Hello', '[]',
      case when i % 100 = 0 then 'failed' else 'sent' end, now(), now(), now() + interval '1 hour', null,
      now() - i * interval '10 ms' from generate_series(1, ${ROWS}::int) i`.execute(db);
  await sql`insert into attempt (message_id, attempt_no, round, connection_id, outcome, started_at, finished_at)
    select id, 1, 1, 'sms', 'accepted', now(), now() from message`.execute(db);
  await sql`insert into note (id, message_id, at, event, summary, details)
    select gen_random_uuid(), id, now(), 'waiting', '', '{}' from message`.execute(db);
  await sql`insert into waiting (message_id, account_id, type, connection_id, sender, urgency, since, bound)
    select id, account_id, type, 'sms', '', 1, now(), false from message`.execute(db);
  await sql`insert into unmatched_receipt (receipt_id, connection_id, provider_message_id, status, received_at)
    select gen_random_uuid(), 'sms-' || i % 3, 'p-' || i, 'delivered', now() - i * interval '1 s'
    from generate_series(1, ${ROWS}::int) i`.execute(db);
  await sql`insert into dead_letter (id, kind, subject, payload, reason, attempts)
    select gen_random_uuid(), 'work', '', '', '', 1 from generate_series(1, ${ROWS}::int) i`.execute(db);
  await sql`insert into redrive select 'account-' || i, now() from generate_series(1, ${ROWS}::int) i`.execute(
    db,
  );
  await sql`analyze`.execute(db);
}

test.each(Object.entries(EXPECTED))('%s finds its rows by an index', async (name, expected) => {
  const plan = await genericPlan(db, name);
  expect(plan).toMatch(expected);
  expect(plan).not.toMatch(/Seq Scan on (?:message|attempt|note|unmatched_receipt|dead_letter|redrive)/);
});

test('no statement of these features is left out', async () => {
  const { rows } = await sql<{ name: string }>`
    select name from pg_prepared_statements where name ~ '^(change|notes|timeline|dead-letters|redrive)-'`.execute(
    db,
  );
  expect(rows.map(({ name }) => name).toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
});
