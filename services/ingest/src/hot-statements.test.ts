import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connectionId, newMessageId } from '@parley/contracts/ids';
import { aMessage, ANY_ACCOUNT, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { IngestTables } from './database.ts';
import { loadPage as loadKeywordPage } from './export-keywords/store.ts';
import { loadPage as loadMessagePage } from './export-messages/store.ts';
import { loadPage as loadReceiptPage } from './export-receipts/store.ts';
import { findMessages } from './find-messages/store.ts';
import { lockMessages, storeRead } from './mark-read/store.ts';
import { loadMessages } from './read-messages/store.ts';
import { loadReceipts } from './read-timelines/store.ts';
import { commit } from './receive-webhooks/commit.ts';

/** Every statement that runs for webhooks and their readers, and the index by which it must find its rows. */
const EXPECTED = {
  'insert-inbound-messages': 'Arbiter Indexes: inbound_message_provider_message_id_connection_id_key',
  'insert-keywords': 'Insert on keyword',
  'insert-receipts': 'Arbiter Indexes: receipt_connection_id_event_id_key',
  'read-inbound-messages': 'inbound_message_pkey',
  'read-lock': 'inbound_message_pkey',
  'read-mark': 'inbound_message_pkey',
  'timeline-receipts': 'Index Scan using receipt_message',
  'find-inbound-messages': 'inbound_message_provider_message_id_connection_id_key',
  'export-inbound-messages': 'Index Scan using inbound_message_changed',
  'export-receipts': 'Index Scan using receipt_received',
  'export-keywords': 'Index Scan using keyword_stored',
};

// One connection: statements are prepared in it, and there they are looked up.
const { db, close } = await openTestDatabase<IngestTables>('ingest', { maxConnections: 1 });

beforeAll(async () => {
  await sql`insert into inbound_message (id, account_id, connection_id, provider_message_id, conversation_id, type,
      "from", "to", attachments, "timestamp", created_at, changed_at)
    select gen_random_uuid(), 'acme', 'sms', i::text, gen_random_uuid(), 'sms', '+1', '+2', '[]', now(), now(),
      now() - i * interval '1 s' from generate_series(1, 20000) as i`.execute(db);
  await sql`insert into receipt select gen_random_uuid(), 'sms', i::text, i::text, 'delivered', null, null,
      now() - i * interval '1 s', null from generate_series(1, 20000) as i`.execute(db);
  await sql`insert into keyword select id, 'stop', created_at, created_at - row_number() over () * interval '1 s'
      from inbound_message`.execute(db);
  await sql`analyze`.execute(db);
  await prepareAll();
});
afterAll(close);

async function prepareAll(): Promise<void> {
  const provider = connectionId.parse('sms');
  const receipt = {
    kind: 'receipt.received',
    receipt_id: newMessageId(),
    connection_id: provider,
    provider_message_id: 'ref',
    status: 'delivered',
    error_code: null,
    occurred_at: null,
    client_reference: null,
    received_at: new Date(0).toISOString(),
  } as const;
  const message = aMessage({ provider, provider_message_id: 'new', body: 'STOP' });
  await commit(db, [
    { kind: 'message', key: '1', message, received_at: message.created_at },
    { kind: 'receipt', key: '2', event_id: 'new', receipt },
  ]);
  const item = { since: new Date(0).toISOString(), after: null, limit: 1_000 };
  await loadMessages(db, [newMessageId()]);
  await db.transaction().execute(async (trx) => {
    await lockMessages(trx, [newMessageId()]);
    await storeRead(trx, [newMessageId()], item.since);
  });
  await loadReceipts(db, [{ connection_id: provider, provider_message_id: 'ref', place: 0 }]);
  await findMessages(db, { account_id: ANY_ACCOUNT, provider_message_ids: ['ref'] });
  await loadMessagePage(db, item);
  await loadReceiptPage(db, item);
  await loadKeywordPage(db, item);
}

test.each(Object.entries(EXPECTED))('%s finds its rows by an index', async (name, index) => {
  const { rows } = await sql<{ statement: string }>`
    select statement from pg_prepared_statements where name = ${name}`.execute(db);
  const [found] = rows;
  if (found === undefined) throw new Error(`${name} was not prepared`);
  const plan = await sql<{
    'QUERY PLAN': string;
  }>`explain (generic_plan) ${sql.raw(found.statement)}`.execute(db);
  const text = plan.rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(text).toContain(index);
  expect(text).not.toContain('Seq Scan');
});

test('no statement of the service is left out', async () => {
  const { rows } = await sql<{ name: string }>`
    select name from pg_prepared_statements where name not like 'outbox-%'`.execute(db);
  expect(rows.map(({ name }) => name).toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
});
