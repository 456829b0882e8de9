import { afterAll, afterEach, expect, test } from '@jest/globals';
import { openTestDatabase } from '@parley/testkit';
import { connectionId } from '@parley/contracts/ids';
import { inTransaction } from '@parley/platform/db';
import { sql } from 'kysely';
import type { DispatcherTables } from '../database.ts';
import { SMS } from '../testing/rows.ts';
import { EVERY_SENDER } from './lane.ts';
import { loadPauses } from './pause-store.ts';
import { settlePauses, type Paused } from './settle-pauses.ts';

const OTHER = connectionId.parse('sms-2');

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');

afterEach(async () => {
  await sql`truncate lane`.execute(db);
});
afterAll(close);

const HOUR_MS = 3_600_000;
const throttled = (ms: number, overrides: Partial<Paused> = {}): Paused => ({
  connection_id: SMS,
  sender: '+1',
  pause: { connection_wide: false, ms, reason: 'throttled' },
  ...overrides,
});

/** Whom it tells of pauses, and of which. */
async function settle(...paused: Paused[]): Promise<unknown[]> {
  const rows = await inTransaction(db, (trx) => settlePauses(trx, paused));
  return rows.map(({ subject, payload }) => {
    const { connection_id, sender, reason } = JSON.parse(payload).notice;
    return [subject, connection_id, sender, reason];
  });
}
/** In hours, of which none passes while a test runs. */
async function pausedFor(sender: string): Promise<number> {
  const pauses = await loadPauses(db, 100);
  return Math.round((pauses.find((pause) => pause.sender === sender)?.ms ?? 0) / HOUR_MS);
}

test('a pause is stored and told of', async () => {
  expect(await settle(throttled(30 * HOUR_MS))).toEqual([['lane.paused', SMS, '+1', 'throttled']]);
  expect(await pausedFor('+1')).toBe(30);
});

test('of several for one lane the longest counts', async () => {
  expect(
    await settle(throttled(30 * HOUR_MS), throttled(60 * HOUR_MS), throttled(10 * HOUR_MS)),
  ).toHaveLength(1);
  expect(await pausedFor('+1')).toBe(60);
});

test('one that ends earlier than what is known changes nothing and tells nobody', async () => {
  await settle(throttled(60 * HOUR_MS));
  expect(await settle(throttled(30 * HOUR_MS))).toEqual([]);
  expect(await pausedFor('+1')).toBe(60);
});

test('one of a whole connection is one for every sender', async () => {
  const wide = { connection_wide: true, ms: 20 * HOUR_MS, reason: 'unavailable' } as const;
  const told = await settle(
    throttled(30 * HOUR_MS, { pause: wide }),
    throttled(30 * HOUR_MS, { sender: '+2', pause: wide }),
    throttled(30 * HOUR_MS, { connection_id: OTHER }),
  );
  expect(told).toEqual([
    ['lane.paused', SMS, null, 'unavailable'],
    ['lane.paused', OTHER, '+1', 'throttled'],
  ]);
  expect(await pausedFor(EVERY_SENDER)).toBe(20);
});

test('what is over is not loaded', async () => {
  await settle(throttled(0));
  expect(await loadPauses(db, 100)).toEqual([]);
});
