import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { openTestDatabase } from '@parley/testkit';
import { createDatabase } from '@parley/platform/db';
import { createMetrics, type Metrics } from '@parley/platform/runtime';
import { sql } from 'kysely';
import type { DispatcherTables } from '../database.ts';
import { SMS } from '../testing/rows.ts';
import { createDatabaseClock, type DatabaseClock } from './database-clock.ts';
import { reserveSlots } from './slot-store.ts';
import { createTurns, type AwaitTurn, type Turn } from './turns.ts';

const lane = { connection_id: SMS, sender: '+1' };

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');
let metrics: Metrics;
let awaitTurn: AwaitTurn;

/** The database runs on this machine: its clock is the same. */
const toLocal = (epochMs: number): number => epochMs - performance.timeOrigin;
const clock: DatabaseClock = { read: () => {}, surelyAt: toLocal, surelyBefore: toLocal };

beforeEach(() => {
  metrics = createMetrics('dispatcher');
  awaitTurn = createTurns({ db, clock, maxQueued: 100, metrics });
});
afterEach(async () => {
  await sql`truncate lane`.execute(db);
});
afterAll(close);

const turn = (overrides: Partial<Turn> = {}): Turn => ({
  lane,
  rate: 1_000,
  slot: null,
  deadline: performance.now() + 60_000,
  ...overrides,
});
const slotIn = (ms: number): number => performance.timeOrigin + performance.now() + ms;
const missed = async () =>
  /lane_slots_missed_total\{.*connection="sms".*\} (\d+)/.exec((await metrics.expose()).body)?.[1];

test('a call waits for its slot', async () => {
  const slot = slotIn(30);
  expect(await awaitTurn(turn({ slot }))).toBe(true);
  expect(performance.now()).toBeGreaterThanOrEqual(toLocal(slot));
});

test('one that missed its slot gets another one', async () => {
  expect(await awaitTurn(turn({ slot: slotIn(-1_000) }))).toBe(true);
  expect(Number(await missed())).toBeGreaterThanOrEqual(1);
  expect(await db.selectFrom('lane').selectAll().execute()).toMatchObject([{ ...lane }]);
});

test('those that come at once get slots in a row', async () => {
  const { slot: first } = await reserveSlots(db, lane, { rate: 10, count: 1 });
  const turns = Array.from({ length: 4 }, () => awaitTurn(turn({ rate: 100 })));
  expect(await Promise.all(turns)).toEqual([true, true, true, true]);
  const { slot: next } = await reserveSlots(db, lane, { rate: 10, count: 1 });
  expect(next - first).toBeGreaterThanOrEqual(139);
});

test('lanes do not wait for each other', async () => {
  await reserveSlots(db, lane, { rate: 0.01, count: 1 });
  expect(await awaitTurn(turn({ lane: { ...lane, sender: '+2' } }))).toBe(true);
});

test('the first turn of a process, which has never seen the clock of the database, comes too', async () => {
  const turns = createTurns({ db, clock: createDatabaseClock(), maxQueued: 100, metrics });
  expect(await turns(turn())).toBe(true);
});

test('a call begins also where the clock of the database, far away, is known only roughly', async () => {
  const rough: DatabaseClock = { ...clock, surelyAt: (at) => toLocal(at) + 100 };
  const turns = createTurns({ db, clock: rough, maxQueued: 100, metrics });
  expect(await turns(turn({ slot: slotIn(20) }))).toBe(true);
});

test('what waited for its slot too long, as the clock of the database is known by now, gets another one', async () => {
  let roughness = 200;
  const learning: DatabaseClock = { ...clock, surelyAt: (at) => toLocal(at) + roughness };
  const turns = createTurns({ db, clock: learning, maxQueued: 100, metrics });
  const waiting = turns(turn({ slot: slotIn(0) }));
  roughness = 0;
  expect(await waiting).toBe(true);
  expect(Number(await missed())).toBeGreaterThanOrEqual(1);
});

test('a slot that is too late is not waited for', async () => {
  await reserveSlots(db, lane, { rate: 0.01, count: 1 });
  expect(await awaitTurn(turn())).toBe(false);
  expect(await awaitTurn(turn({ slot: slotIn(1_000), deadline: performance.now() + 500 }))).toBe(false);
});

test('without the database nobody gets another slot', async () => {
  const away = createDatabase<DispatcherTables>({ url: 'postgres://127.0.0.1:1/none', schema: 'dispatcher' });
  const turns = createTurns({ db: away, clock, maxQueued: 100, metrics });
  await expect(turns(turn())).rejects.toMatchObject({ name: 'Unavailable' });
  await away.destroy();
});
