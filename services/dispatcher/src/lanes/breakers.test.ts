import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { lanePaused } from '@parley/contracts/notices/lane-paused';
import { createDatabase } from '@parley/platform/db';
import type { OutboxRow } from '@parley/platform/outbox';
import { until, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { Database, DispatcherTables } from '../database.ts';
import { contextOn, SMS } from '../testing/rows.ts';
import { loadBreakers } from './breaker-store.ts';
import { createBreakers, type Breakers } from './breakers.ts';
import { createStandings, type Standings } from './standings.ts';

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');
let published: OutboxRow[];

beforeEach(() => {
  published = [];
});
afterEach(async () => {
  await sql`truncate breaker, outbox`.execute(db);
});
afterAll(close);

interface Instance {
  breakers: Breakers;
  standings: Standings;
}

function instance(overrides: { db?: Database } = {}): Instance {
  const standings = createStandings();
  const outbox = { publishNow: (rows: readonly OutboxRow[]) => void published.push(...rows) };
  const breakers = createBreakers({ ...contextOn(db), outbox, standings, tryMs: 10_000, ...overrides });
  return { breakers, standings };
}

/** Lets an instance see enough failures. */
function fail({ breakers }: Instance): void {
  for (let n = 0; n < 20; n += 1) breakers.record(SMS, `+${n}`, n % 2 === 0 ? 'unavailable' : 'unknown');
}

async function trip(one: Instance = instance()): Promise<Instance> {
  fail(one);
  await until(async () => (await loadBreakers(db)).length === 1, { what: 'the breaker is open' });
  return one;
}

/** Lets the time of an open breaker pass. */
const passTime = () => sql`update breaker set open_until = now() - interval '1 s'`.execute(db);

/** How often the breaker has opened. */
async function trips(): Promise<number | undefined> {
  const { rows } = await sql<{ trips: number }>`select trips from breaker`.execute(db);
  return rows[0]?.trips;
}

/** Opens the breaker and gives the seconds that it opens for at least and at most: however long that took. */
async function openedFor(open: () => Promise<unknown>): Promise<{ least: number; most: number }> {
  const { rows: clock } = await sql<{ begun: string }>`select clock_timestamp()::text as begun`.execute(db);
  await open();
  const { rows } = await sql<{ least: number; most: number }>`
    select extract(epoch from open_until - clock_timestamp())::float8 as least,
      extract(epoch from open_until - ${clock[0]?.begun ?? ''}::timestamptz)::float8 as most from breaker`.execute(
    db,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('it never opened');
  return row;
}

describe('a connection that fails too often', () => {
  test('is left alone by every instance: by this one at once, by the others when they hear of it', async () => {
    const one = instance();
    const { least, most } = await openedFor(async () => {
      fail(one);
      expect(one.standings.healthOf(SMS)).toBe('open');
      await until(() => published.length > 0, { what: 'a notice goes out' });
    });
    const rows = published;
    expect(rows).toMatchObject([{ subject: lanePaused.subject }]);
    expect(rows[0]?.payload).toContain('breaker_open');
    expect(await loadBreakers(db)).toMatchObject([{ connection_id: SMS, probing: false }]);
    expect(await trips()).toBe(1);
    expect(most).toBeGreaterThanOrEqual(4);
    expect(least).toBeLessThanOrEqual(6);
  });

  test('is opened once, whoever finds out', async () => {
    await Promise.all([trip(), trip(), trip()]);
    await until(() => published.length > 0, { what: 'a notice goes out' });
    expect(await trips()).toBe(1);
  });

  test('is left alone also while the database is away', async () => {
    const away = createDatabase<DispatcherTables>({
      url: 'postgres://127.0.0.1:1/none',
      schema: 'dispatcher',
    });
    const one = instance({ db: away });
    fail(one);
    expect(one.standings.healthOf(SMS)).toBe('open');
    expect(await one.breakers.tryOnce(SMS)).toBe(false);
    await one.breakers.tried(SMS, 'accepted');
    await away.destroy();
  });

  test('is not judged by calls that began before', async () => {
    const one = await trip();
    fail(one);
    await passTime();
    one.standings.settle(SMS, 'half_open');
    fail(one);
    expect(await trips()).toBe(1);
  });
});

test('refusals and 429s are no failures', () => {
  const { breakers, standings } = instance();
  for (let n = 0; n < 50; n += 1) breakers.record(SMS, `+${n}`, n % 2 === 0 ? 'refused' : 'throttled');
  expect(standings.healthOf(SMS)).toBe('well');
});

describe('a try', () => {
  test('is not allowed while the connection is left alone or well', async () => {
    const { breakers } = instance();
    expect(await breakers.tryOnce(SMS)).toBe(false);
    await trip();
    expect(await breakers.tryOnce(SMS)).toBe(false);
  });

  test('is allowed to one of all', async () => {
    await trip();
    await passTime();
    const tries = await Promise.all(Array.from({ length: 6 }, () => instance().breakers.tryOnce(SMS)));
    expect(tries.filter(Boolean)).toHaveLength(1);
  });

  test('that somebody took and died with is allowed again when its time is over', async () => {
    await trip();
    await passTime();
    expect(await instance().breakers.tryOnce(SMS)).toBe(true);
    expect(await instance().breakers.tryOnce(SMS)).toBe(false);
    await passTime();
    expect(await instance().breakers.tryOnce(SMS)).toBe(true);
  });

  test.each(['accepted', 'refused', 'throttled'] as const)(
    'that ends %s brings the connection back',
    async (outcome) => {
      const one = await trip();
      await passTime();
      await one.breakers.tryOnce(SMS);
      await one.breakers.tried(SMS, outcome);
      expect([one.standings.healthOf(SMS), await loadBreakers(db)]).toEqual(['well', []]);
    },
  );

  test('that fails leaves it alone for twice as long, a minute at most', async () => {
    const one = await trip();
    for (const expected of [10, 20, 40, 60, 60, 60]) {
      await passTime();
      await one.breakers.tryOnce(SMS);
      const { least, most } = await openedFor(() => one.breakers.tried(SMS, 'unavailable'));
      expect(most).toBeGreaterThan(expected * 0.85);
      expect(least).toBeLessThan(expected * 1.15);
    }
  });

  test('that was not made leaves the right to another', async () => {
    const one = await trip();
    await passTime();
    await one.breakers.tryOnce(SMS);
    await one.breakers.tried(SMS, null);
    expect(one.standings.healthOf(SMS)).toBe('half_open');
    expect(await instance().breakers.tryOnce(SMS)).toBe(true);
  });
});

test('after a minute of calm a connection is left alone for a short time again', async () => {
  const one = await trip();
  for (const outcome of ['unavailable', 'accepted'] as const) {
    await passTime();
    await one.breakers.tryOnce(SMS);
    await one.breakers.tried(SMS, outcome);
  }
  await trip(one);
  expect(await trips()).toBe(3);
  await passTime();
  await one.breakers.tryOnce(SMS);
  await one.breakers.tried(SMS, 'accepted');
  await sql`update breaker set closed_at = now() - interval '61 s'`.execute(db);
  await trip(one);
  expect(await trips()).toBe(1);
});
