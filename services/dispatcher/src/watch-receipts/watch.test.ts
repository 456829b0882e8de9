import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { MessageId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import { createMetrics } from '@parley/platform/runtime';
import { aMessage, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { DispatcherTables } from '../database.ts';
import { outcomesOn } from '../testing/outcomes.ts';
import { aReceipt, contextOn, finishOf, noteRows, toldStatuses } from '../testing/rows.ts';
import { store } from '../testing/stored-messages.ts';
import { createWatch } from './watch.ts';

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');
let outcomes: ReturnType<typeof outcomesOn>;

beforeAll(async () => {
  outcomes = outcomesOn(db);
});
afterEach(async () => {
  await outcomes.clear();
  await sql`update receipt_watch set changed_at = '-infinity'`.execute(db);
});
afterAll(close);

function aWatch(overrides: Partial<Parameters<typeof createWatch>[0]> = {}) {
  return createWatch({ ...contextOn(db), receiptTimeoutMs: 300_000, ...overrides });
}

/** A message that was sent as `p-1` so many minutes ago. */
async function sent(minutesAgo: number): Promise<MessageId> {
  const claimed = await outcomes.claimNew(aMessage());
  await outcomes.finish(finishOf(claimed));
  await age(claimed.id, minutesAgo);
  return claimed.id;
}

const age = (id: MessageId, minutes: number) =>
  sql`update message set changed_at = changed_at - ${minutes} * interval '1 minute' where id = ${id}`.execute(
    db,
  );
const reasonOf = async (id: MessageId) => (await outcomes.shown(id)).status_reason;

describe('a message that was sent', () => {
  test('says so when no receipt came in time; that is told, noted and counted by connection', async () => {
    const metrics = createMetrics('dispatcher');
    const counted: unknown[] = [];
    const look = aWatch({ metrics, count: (messages) => void counted.push(...messages) });
    const id = await sent(5);
    expect(await look()).toBe(1);
    await look();
    expect(await outcomes.shown(id)).toMatchObject({ status: 'sent', status_reason: 'receipt_overdue' });
    expect(await toldStatuses(db, id)).toEqual(['sent', 'sent']);
    expect(await noteRows(db, id)).toMatchObject([
      {
        event: 'receipt_overdue',
        provider: 'sms',
        summary: 'No receipt came within 300 s of its being sent.',
        details: { timeout_ms: 300_000, provider_message_id: 'p-1' },
      },
    ]);
    expect((await metrics.expose()).body).toMatch(/^receipts_overdue_total{connection="sms".*} 1$/m);
    expect(counted).toEqual([]);
  });

  test('is left alone until then, and found when it is time', async () => {
    const look = aWatch();
    const id = await sent(4.9);
    expect(await look()).toBe(0);
    expect(await reasonOf(id)).toBeNull();
    await age(id, 0.1);
    expect(await look()).toBe(1);
    expect(await reasonOf(id)).toBe('receipt_overdue');
  });

  test('says so no longer when a receipt comes after all', async () => {
    const id = await sent(5);
    await aWatch()();
    await outcomes.receipts.apply([aReceipt('undelivered', { error_code: null })]);
    expect(await outcomes.shown(id)).toMatchObject({ status: 'undelivered', status_reason: null });
  });

  test.each<[string, Partial<Message>]>([
    ['as chat', { type: 'chat' }],
    ['and delivered', { status: 'delivered' }],
    ['in a round that failed', { status: 'failed', status_reason: '30003' }],
    ['but has another reason', { status_reason: 'other' }],
  ])('%s is passed over', async (_, overrides) => {
    const message = aMessage({ status: 'sent', status_reason: null, ...overrides });
    await store(db, message);
    await age(message.id, 5);
    expect(await aWatch()()).toBe(1);
    expect(await reasonOf(message.id)).toBe(message.status_reason);
  });
});

test('several instances look at each message once, and the next one goes on where they were', async () => {
  const ids: MessageId[] = [];
  for (let count = 0; count < 5; count += 1) ids.push(await sent(5));
  const counts = await Promise.all([aWatch()(), aWatch()(), aWatch()()]);
  expect(counts.reduce((sum, count) => sum + count)).toBe(5);
  expect(await Promise.all(ids.map(reasonOf))).toEqual(ids.map(() => 'receipt_overdue'));
  await sql`update message set status_reason = null`.execute(db);
  await aWatch()();
  expect(await Promise.all(ids.map(reasonOf))).toEqual(ids.map(() => null));
});

test('more changes than one look takes are taken by the next', async () => {
  await sql`insert into message (id, account_id, conversation_id, type, "from", "to", attachments, status, "timestamp",
      created_at, expires_at, changed_at)
    select gen_random_uuid(), 'acme', gen_random_uuid(), 'sms', '+1', '+2', '[]', 'sent', now(), now(), now(),
      now() - interval '1 hour' from generate_series(1, 2100)`.execute(db);
  const look = aWatch();
  expect([await look(), await look(), await look()]).toEqual([2_000, 100, 0]);
  const { rows } = await sql<{ count: number }>`
    select count(*) from message where status_reason = 'receipt_overdue'`.execute(db);
  expect(rows[0]?.count).toBe(2_100);
});
