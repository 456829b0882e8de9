import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newMessageId } from '@parley/contracts/ids';
import type { DeadLetterFilter } from '@parley/contracts/requests/dead-letters';
import type { Listing } from '@parley/platform/db';
import { ANY_ACCOUNT, planOf, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { DispatcherTables } from '../database.ts';
import { ANY_LETTER } from '../testing/dead-letters.ts';
import { SMS } from '../testing/rows.ts';
import { listDeadLetters, oldestDeadLetters, type StoredLetter } from './store.ts';

// One connection: statements are prepared in it, and there they are looked up.
const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher', { maxConnections: 1 });

/** A day of many accounts: one message in ten failed, and nobody knows what 20,000 receipts are about. */
const FILL = `
  insert into message (id, account_id, conversation_id, type, "from", "to", attachments, status, status_reason,
    "timestamp", created_at, expires_at, changed_at)
  select gen_random_uuid(), case when i % 20 = 0 then 'acme' else 'account-' || i % 20 end, gen_random_uuid(), 'sms', '+1',
    '+2', '[]', case when i / 20 % 10 = 0 then 'failed' else 'delivered' end, 'http_400', now(), now(), now(),
    now() - i * interval '1 s'
  from generate_series(1, 40000) i;
  insert into attempt (message_id, attempt_no, round, connection_id, outcome, started_at, finished_at)
  select id, 1, 1, 'sms', 'refused', now(), now() from message;
  insert into unmatched_receipt (receipt_id, connection_id, provider_message_id, status, received_at)
  select gen_random_uuid(), case when i % 2 = 0 then 'sms' else 'other' end, 'p-' || i, 'delivered',
    now() - i * interval '1 s' from generate_series(1, 20000) i;
  insert into dead_letter select gen_random_uuid(), 'work', '', '', '', 1, now(), now() - i * interval '1 s'
  from generate_series(1, 20000) i`;

beforeAll(async () => {
  for (const statement of [...FILL.split(';'), 'analyze']) await sql.raw(statement).execute(db);
});
afterAll(close);

const scope = (filter: Partial<DeadLetterFilter> = {}) => ({
  account_id: ANY_ACCOUNT,
  whole: true,
  filter: { ...ANY_LETTER, ...filter },
  connections: [SMS],
  orphanAfterMs: 600_000,
});
const page = (filter: Partial<DeadLetterFilter>, ask: (letters: Listing<StoredLetter>) => Promise<unknown>) =>
  planOf(db, (on) => ask(listDeadLetters(on, scope(filter))));

const KEY = { at: new Date().toISOString(), id: newMessageId() };
const READ_IN_ORDER = [/using message_dead/, /using unmatched_receipt_received/, /using dead_letter_seen/];

test.each<[string, () => Promise<string>]>([
  ['the first page', () => page({}, (letters) => letters.after(null, 51))],
  ['a page after a row', () => page({}, (letters) => letters.after(KEY, 51))],
  ['a numbered page', () => page({}, (letters) => letters.from(40, 20))],
  ['the oldest', () => planOf(db, (on) => oldestDeadLetters(on, scope(), 500))],
])('%s of dead letters is read from each index in order', async (_, plan) => {
  const text = await plan();
  for (const index of READ_IN_ORDER) expect(text).toMatch(index);
  expect(text).not.toContain('Seq Scan');
});

test('the total of dead messages is counted in their index', async () => {
  const text = await page({ kind: 'message' }, (letters) => letters.count());
  expect(text).toContain('message_dead');
  expect(text).not.toContain('Seq Scan');
});
