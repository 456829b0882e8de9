import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { connectionId, type MessageId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import { createMetrics } from '@parley/platform/runtime';
import { aMessage, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { DispatcherTables } from '../database.ts';
import { messageRow, queue, SMS } from '../testing/rows.ts';
import { idsInLanes } from '../testing/waiting-messages.ts';
import type { BusyLane } from './find-lanes.ts';
import { createParking, type Parking } from './park.ts';

const EXPIRES_AT = new Date(Date.now() + 3_600_000).toISOString();
const OTHER = connectionId.parse('sms-2');

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');
let told: BusyLane[];

beforeEach(() => {
  told = [];
});
afterEach(async () => {
  await sql`truncate message, waiting`.execute(db);
});
afterAll(close);

async function stored(
  changes: Partial<Pick<Message, 'status' | 'status_reason' | 'provider' | 'send_at'>> = {},
): Promise<MessageId> {
  const message = aMessage({ expires_at: EXPIRES_AT });
  await queue(db, [message]);
  await db
    .updateTable('message')
    .set({ ...changes, expires_at: EXPIRES_AT })
    .where('id', '=', message.id)
    .execute();
  return message.id;
}

async function park(...parkings: (Partial<Parking> & Pick<Parking, 'message_id'>)[]): Promise<void> {
  const parking = createParking({
    db,
    maxQueued: 100,
    metrics: createMetrics('dispatcher'),
    lanes: { enteredInto: (lanes) => void told.push(...lanes) },
  });
  await Promise.all(parkings.map((one) => parking({ connection_id: SMS, reason: null, ...one })));
}

test('a message is parked in the lane of its sender, says why, and is looked after until its end', async () => {
  const id = await stored();
  await park({ message_id: id, reason: 'throttled' });
  expect(await messageRow(db, id)).toMatchObject({
    status: 'queued',
    status_reason: 'throttled',
    stale_after: EXPIRES_AT,
  });
  expect(await db.selectFrom('waiting').selectAll().execute()).toMatchObject([
    {
      message_id: id,
      account_id: 'acme',
      type: 'sms',
      connection_id: SMS,
      sender: '+12125550100',
      urgency: 1,
      since: aMessage().created_at,
      bound: false,
    },
  ]);
  expect(told).toMatchObject([{ connection_id: SMS, sender: '+12125550100', account_id: 'acme' }]);
});

test('parked twice, even at once, it waits once', async () => {
  const id = await stored();
  await park({ message_id: id }, { message_id: id });
  await park({ message_id: id, connection_id: OTHER });
  expect(await idsInLanes(db)).toEqual([id]);
});

test('one that may have been sent stays with the connection that may have sent it, and says so', async () => {
  const id = await stored({ status_reason: 'outcome_unknown', provider: OTHER });
  await park({ message_id: id, reason: 'provider_unavailable' });
  expect(await messageRow(db, id)).toMatchObject({ status_reason: 'outcome_unknown' });
  expect(await db.selectFrom('waiting').selectAll().execute()).toMatchObject([
    { connection_id: OTHER, bound: true },
  ]);
});

test('a scheduled one is parked when it is due, and not before', async () => {
  const due = await stored({ status: 'scheduled', send_at: new Date(Date.now() - 1_000).toISOString() });
  const early = await stored({ status: 'scheduled', send_at: EXPIRES_AT });
  await park({ message_id: due }, { message_id: early });
  expect(await idsInLanes(db)).toEqual([due]);
  expect([(await messageRow(db, due)).status, (await messageRow(db, early)).status]).toEqual([
    'queued',
    'scheduled',
  ]);
});

test.each(['sending', 'sent', 'canceled', 'expired'] as const)(
  'one that is %s is left alone',
  async (status) => {
    const id = await stored({ status });
    await park({ message_id: id });
    expect([await idsInLanes(db), (await messageRow(db, id)).status, told]).toEqual([[], status, []]);
  },
);
