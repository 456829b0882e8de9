import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { accountId, connectionId, newRowIdAt } from '@parley/contracts/ids';
import type { Keyset } from '@parley/contracts/requests/paging';
import type { WebhookLogFilter } from '@parley/contracts/requests/webhook-log';
import { genericPlan, planOf, openTestDatabase } from '@parley/testkit';
import { sql, type Kysely } from 'kysely';
import type { IngestTables } from '../database.ts';
import { loadKept, storeReplay } from '../replay-webhooks/store.ts';
import { ANY_WEBHOOK } from '../testing/webhook-log.ts';
import { listWebhooks, loadWebhook } from './store.ts';

// One connection: statements are prepared in it, and there they are looked up.
const { db, close } = await openTestDatabase<IngestTables>('ingest', { maxConnections: 1 });

const BUSY = accountId.parse('busy');

/**
 * Four days of an account: receipts of two connections, each a hundredth a repeat, a rare third one, and forgeries; and
 * very many connections of others.
 */
const FILL = `
  insert into receipt (id, connection_id, event_id, provider_message_id, status, received_at)
  select gen_random_uuid(), case n % 2 when 0 then 'sms' else 'mail' end, 'e-' || n, 'p-' || n, 'delivered',
    date_trunc('day', now()) - n * interval '8 s' + interval '1 day' from generate_series(1, 40000) as n;
  insert into webhook_log (id, received_at, account_id, connection_id, url, headers, body, body_bytes, verdict, kind,
    provider_message_id, event_id)
  select gen_random_uuid(), received_at, 'busy', connection_id, '', '{}', '', 0, 'created', 'receipt', provider_message_id,
    event_id from receipt;
  insert into webhook_log (id, received_at, account_id, connection_id, url, headers, body, body_bytes, verdict, kind,
    provider_message_id, event_id)
  select gen_random_uuid(), received_at + interval '1 s', 'busy', connection_id, '', '{}', '', 0, 'duplicate', 'receipt',
    provider_message_id, event_id from receipt where substr(event_id, 3)::int % 100 = 0;
  insert into webhook_log (id, received_at, account_id, connection_id, url, headers, body, body_bytes, verdict)
  select gen_random_uuid(), received_at, 'busy', 'rare', '', '{}', '', 0, 'invalid_signature'
  from receipt where substr(event_id, 3)::int % 10000 = 0;
  insert into receipt (id, connection_id, event_id, provider_message_id, status, received_at)
  select gen_random_uuid(), 'c-' || n % 2000, 'e-' || n, 'o-' || n, 'delivered', now() from generate_series(1, 20000) as n;
  insert into inbound_message (id, account_id, connection_id, provider_message_id, conversation_id, type, "from", "to",
    attachments, "timestamp", created_at, changed_at)
  select id, 'other', connection_id, event_id, id, 'sms', '+1', '+2', '[]', now(), now(), now() from receipt
  where connection_id like 'c-%'`;

beforeAll(async () => {
  await sql`select add_webhook_log_day((now() at time zone 'utc')::date - ago) from generate_series(1, 3) as ago`.execute(
    db,
  );
  for (const statement of [...FILL.split(';'), 'analyze']) await sql.raw(statement).execute(db);
});
afterAll(close);

const named = (provider_message_id: string): Partial<WebhookLogFilter> => ({
  names: [{ connection: null, provider_message_id }],
});
const KEY: Keyset = { at: new Date().toISOString(), id: '00000000-0000-0000-0000-000000000000' };

test.each<[string, Partial<WebhookLogFilter>, Keyset | null]>([
  ['all of them', {}, null],
  ['the next page', {}, KEY],
  ['a busy connection', { connection: connectionId.parse('sms') }, null],
  ['a rare connection', { connection: connectionId.parse('rare') }, null],
  ['a connection of which nothing came', { connection: connectionId.parse('none') }, null],
  ['a rare verdict', { verdict: 'invalid_signature' }, null],
  ['a verdict that nothing has', { verdict: 'validation_error' }, null],
  ['a rare verdict on a connection', { verdict: 'duplicate', connection: connectionId.parse('rare') }, null],
  ['a name', named('p-100'), null],
  ['a name that nothing has', named('nothing'), null],
  ['a name on a connection', { ...named('p-100'), connection: connectionId.parse('mail') }, KEY],
])('%s: found without walking the log', async (_, filter, after) => {
  const listing = (on: Kysely<IngestTables>) => listWebhooks(on, BUSY, { ...ANY_WEBHOOK, ...filter });
  const total = await listing(db).count();
  const explain = 'explain (analyze, timing off, summary off, costs off, buffers off)';
  const page = await planOf(db, (on) => listing(on).after(after, 51), { explain });
  const count = await planOf(db, (on) => listing(on).count(), { explain });
  expect({ page, most: mostIn(page) <= 3 * Math.min(total, 51) + SOME }).toEqual({ page, most: true });
  expect({ count, most: mostIn(count) <= 3 * total + SOME }).toEqual({ count, most: true });
});

/** Rows that are looked at besides: a step of a loop, or to find that there are none. */
const SOME = 60;

/** The most rows that a step of a plan gave, or looked at for nothing, and the most often that it looked into an index. */
function mostIn(plan: string): number {
  const steps = plan.matchAll(/(?:Rows Removed by [\w ]+|Index Searches): (\d+)|rows=([\d.]+) loops=(\d+)/g);
  return Math.max(
    ...Array.from(steps, ([, told, rows, loops]) => Number(told ?? Number(rows) * Number(loops))),
  );
}

test.each(['webhook-log-read', 'webhook-log-kept', 'webhook-log-replayed'])(
  '%s finds its row without walking a day',
  async (name) => {
    const id = newRowIdAt(KEY.at);
    await loadWebhook(db, BUSY, id);
    await loadKept(db, BUSY, id);
    const nothing = { kind: null, provider_message_id: null, event_id: null, replay: null };
    await db
      .transaction()
      .execute((trx) => storeReplay(trx, { account_id: BUSY, received_at: KEY.at, id }, nothing));
    const { rows: days } = await sql<{ partition: string }>`
      select distinct tableoid::regclass::text as partition from webhook_log`.execute(db);
    expect(days.length).toBeGreaterThan(3);
    const plan = await genericPlan(db, name);
    for (const { partition } of days) {
      expect(plan).toContain(`on ${partition} `);
      expect(plan).not.toContain(`Seq Scan on ${partition} `);
    }
  },
);
