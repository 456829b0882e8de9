import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { accountId, newRowId } from '@parley/contracts/ids';
import { inTransaction } from '@parley/platform/db';
import { aMessage, ANY_ACCOUNT, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { ReportingTables } from './database.ts';
import { packSome } from './pack-senders/pack-senders.ts';
import { addGrams, takeUnindexed } from './index-texts/store.ts';
import { knowledgeOfMessage } from './project-messages/decide.ts';
import { addKnowledge } from './project-messages/store.ts';
import { loadStats } from './query-stats/store.ts';
import { dropKept, loadKept } from './redrive-dead-letters/store.ts';

/** Every prepared statement, and the indexes by which it must find its rows. */
const EXPECTED: Record<string, string[]> = {
  'project-messages': [
    'Arbiter Indexes: message_pkey',
    'Arbiter Indexes: stat_bucket_pkey',
    'Arbiter Indexes: sender_bucket_pkey',
    'Arbiter Indexes: conversation_pkey',
    'conversation_alias_pkey',
    'address_owner_address',
    'address_owner_since',
  ],
  'query-stats': ['stat_bucket_pkey', 'message_listed'],
  'stats-extent': ['stat_bucket_pkey'],
  'stats-packs': ['sender_pack_pkey'],
  'stats-unpacked': ['sender_bucket_pkey', 'message_listed', 'sender_number_of'],
  'stats-names': ['sender_number_pkey'],
  'stats-walk': ['sender_number_of'],
  'pack-number': ['sender_number_of', 'sender_number_pkey'],
  'pack-read': ['sender_pack_pkey'],
  'pack-write': ['Arbiter Indexes: sender_pack_pkey'],
  'index-take': ['unindexed_pkey', 'message_pkey'],
  'index-add': ['Insert on searchable'],
  'redrive-read': ['dead_letter_pkey'],
  'redrive-drop': ['dead_letter_pkey'],
};

const CROWDED = accountId.parse('crowded');

// One connection: statements are prepared in it, and there they are looked up.
const { db, close } = await openTestDatabase<ReportingTables>('reporting', { maxConnections: 1 });

beforeAll(async () => {
  await sql`insert into stat_bucket select 'account-' || i % 200, 'latency', 'hour', timestamptz '2026-01-15' - i % 100 * interval '1 hour',
      'sender-' || i, 'outbound', 'sms', 1 from generate_series(1, 20000) as i`.execute(db);
  await sql`insert into sender_number select 'account-' || i % 200, i, 'sender-' || i from generate_series(1, 20000) as i`.execute(
    db,
  );
  await sql`insert into sender_number select ${CROWDED}, i, 'sender-' || i from generate_series(1, 5000) as i`.execute(
    db,
  );
  await sql`insert into sender_bucket select ${CROWDED}, '2026-01-15', 'sender-' || i, 'outbound', 'sms', 1
    from generate_series(1, 5000) as i`.execute(db);
  await sql`insert into sender_bucket select 'account-' || i % 200, timestamptz '2027-02-01' + i % 100 * interval '1 hour',
      'sender-' || i, 'outbound', 'sms', 1 from generate_series(1, 20000) as i`.execute(db);
  await sql`insert into sender_pack select 'account-' || i % 200, 'hour', timestamptz '2026-01-15' - i * interval '1 hour',
      'outbound', 'sms', 1, '' from generate_series(1, 20000) as i`.execute(db);
  await sql`insert into message (id, account_id, "timestamp", status, round, progress)
    select gen_random_uuid(), 'account-' || i % 200, timestamptz '2026-01-15' - i * interval '1 minute', 'sent', 1, 1400
    from generate_series(1, 20000) as i`.execute(db);
  await sql`insert into dead_letter (id, kind, subject, payload, reason, attempts)
    select gen_random_uuid(), 'fact', '', '', '', 1 from generate_series(1, 20000) as i`.execute(db);
  await sql`insert into conversation_alias select gen_random_uuid(), gen_random_uuid(), '{}' from generate_series(1, 20000)`.execute(
    db,
  );
  await sql`insert into address_owner select gen_random_uuid(), 'account-' || i % 200, '+1' || i, gen_random_uuid(),
      now(), null, now() from generate_series(1, 20000) as i`.execute(db);
  await sql`insert into unindexed (messages, size) select '{}', 0 from generate_series(1, 20000)`.execute(db);
  await sql`analyze`.execute(db);
  await inTransaction(db, (trx) => addKnowledge(trx, [knowledgeOfMessage(aMessage())]));
  await inTransaction(db, async (trx) => addGrams(trx, await takeUnindexed(trx).then(() => [])));
  const query = { since: null, until: null, direction: null, type: null, top: 1 };
  await packSome(db, Date.parse('2027-01-01'));
  await loadStats(db, { account_id: ANY_ACCOUNT, ...query });
  // So many are equally busy that they are not looked up one by one.
  await loadStats(db, { account_id: CROWDED, ...query });
  await loadKept(db, [newRowId()]);
  await dropKept(db, [newRowId()]);
});
afterAll(close);

test.each(Object.entries(EXPECTED))('%s finds its rows by an index', async (name, indexes) => {
  const { rows } = await sql<{ statement: string }>`
    select statement from pg_prepared_statements where name = ${name}`.execute(db);
  const [found] = rows;
  if (found === undefined) throw new Error(`${name} was not prepared`);
  const plan = await sql<{
    'QUERY PLAN': string;
  }>`explain (generic_plan) ${sql.raw(found.statement)}`.execute(db);
  const text = plan.rows.map((row) => row['QUERY PLAN']).join('\n');
  for (const index of indexes) expect(text).toContain(index);
  expect(text).not.toContain('Seq Scan');
});

test('no prepared statement of the service is left out', async () => {
  const { rows } = await sql<{ name: string }>`select name from pg_prepared_statements`.execute(db);
  expect(rows.map(({ name }) => name).toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
});
