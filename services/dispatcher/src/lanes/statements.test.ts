import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { aMessage, genericPlan, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { DispatcherTables } from '../database.ts';
import { contextOn, queue, SMS } from '../testing/rows.ts';
import { loadHealth } from '../query-connections/store.ts';
import { closeBreaker, loadBreakers, openBreaker, releaseProbe, takeProbe } from './breaker-store.ts';
import { enterLanes, leaveLanes } from './enter.ts';
import { findLanes } from './find-lanes.ts';
import { createParking } from './park.ts';
import { loadPauses, pauseLanes } from './pause-store.ts';
import { advanceLanes, openLanes, reserveSlots } from './slot-store.ts';
import { forgetLanes } from './forget-lanes.ts';
import { takeWaiting } from './take-store.ts';

/** Every statement that runs for lanes, and what its plan must find its rows by. */
const EXPECTED: Record<string, RegExp> = {
  'breaker-close': /breaker/,
  'breaker-load': /breaker/,
  'breaker-open': /breaker/,
  'breaker-probe': /breaker/,
  'breaker-release': /breaker/,
  'connections-health': /waiting_lane/,
  'lanes-advance': /lane_pkey/,
  'lanes-enter': /waiting_pkey/,
  'lanes-find': /waiting_lane.*waiting_lane/s,
  'lanes-forget': /lane_next_slot/,
  'lanes-leave': /waiting_pkey/,
  'lanes-open': /lane_pkey/,
  'lanes-park': /message_pkey/,
  'lanes-pause': /lane_pkey/,
  'lanes-paused': /lane_paused/,
  'lanes-reserve': /lane_pkey/,
  'lanes-take': /lane_pkey.*waiting_bound.*waiting_lane.*message_pkey.*waiting_pkey/s,
};
const ROWS = 30_000;
const lane = { connection_id: SMS, sender: '+1' };

// One connection: statements are prepared in it, and there they are looked up.
const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher', { maxConnections: 1 });

beforeAll(async () => {
  await fill();
  await runAll();
});
afterAll(close);

/** A long campaign, many small senders, and what a busy day leaves, known to the planner. */
async function fill(): Promise<void> {
  await sql`insert into message (id, account_id, conversation_id, type, "from", "to", body, attachments, status,
      "timestamp", created_at, expires_at, stale_after, changed_at)
    select gen_random_uuid(), 'acme', gen_random_uuid(), 'sms', '+1', '+2', 'Hello', '[]', 'queued',
      now(), now(), now() + interval '1 hour', now() + interval '1 hour', now()
    from generate_series(1, ${ROWS}::int) i`.execute(db);
  await sql`insert into waiting (message_id, account_id, type, connection_id, sender, urgency, since, bound)
    select id, account_id, type, 'sms', case when random() < 0.9 then '+1' else '+' || (random() * 1000)::int end, 1,
      now() - random() * interval '1 hour', false from message`.execute(db);
  await sql`insert into lane (connection_id, sender, paused_until)
    select 'sms', '+' || i, case when i % 100 = 0 then now() + interval '1 hour' end
    from generate_series(1, ${ROWS}::int) i`.execute(db);
  await sql`analyze`.execute(db);
}

async function runAll(): Promise<void> {
  const message = aMessage();
  const context = contextOn(db);
  await queue(db, [message]);
  await createParking(context)({ message_id: message.id, connection_id: SMS, reason: null });
  await db.transaction().execute(async (trx) => {
    await enterLanes(trx, [{ message, priority: 'normal', connection_id: SMS, bound: false }]);
    await openLanes(trx, [lane]);
    await takeWaiting(trx, [{ ...lane, via: SMS, rate: 100, places: 10, which: 'all', types: null }]);
    await advanceLanes(trx, [{ ...lane, taken: 1, rate: 100 }]);
    await leaveLanes(trx, [message.id]);
    await pauseLanes(trx, [{ ...lane, ms: 1_000, reason: 'throttled' }]);
    await openBreaker(trx, SMS, 0.5);
  });
  await reserveSlots(db, lane, { rate: 100, count: 1 });
  await findLanes(db, { connection_id: '', sender: '' }, 500);
  await forgetLanes(db, 10);
  await loadPauses(db, 100);
  await loadBreakers(db);
  await takeProbe(db, SMS, 1_000);
  await releaseProbe(db, SMS);
  await closeBreaker(db, SMS);
  await loadHealth(db, [SMS]);
}

test.each(Object.entries(EXPECTED))('%s finds its rows by an index', async (name, expected) => {
  const plan = await genericPlan(db, name);
  expect(plan).toMatch(expected);
  // There are as few breakers as connections.
  expect(plan).not.toMatch(/Seq Scan on (?:message|waiting|lane)\b/);
});

test('no statement about lanes is left out', async () => {
  const { rows } = await sql<{ name: string }>`
    select name from pg_prepared_statements where name ~ '^(breaker|connections|lanes)-'`.execute(db);
  expect(rows.map(({ name }) => name).toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
});
