import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createDatabase } from '@parley/platform/db';
import { testBus, testDatabase } from '@parley/testkit';
import type { TestBus, TestDatabase } from '@parley/testkit';
import { silent } from '@parley/trial/progress';
import { sql } from 'kysely';
import { calibrate } from './calibrate.ts';
import type { Calibration } from './calibrate.ts';
import { insertsPerSecond } from './inserts.ts';

let bus: TestBus;
let database: TestDatabase;

beforeAll(async () => {
  [bus, database] = await Promise.all([testBus(), testDatabase()]);
});
afterAll(async () => {
  await Promise.all([bus.stop(), database.drop()]);
});

const run = (options: { seconds: number; signal?: AbortSignal }): Promise<Calibration> =>
  calibrate(
    { postgresUrl: database.url, natsUrl: bus.url, connections: 4 },
    { ...options, progress: silent },
  );

describe('the calibration', () => {
  test('measures all three, and may be repeated on the same servers', async () => {
    for (const calibration of [await run({ seconds: 0.2 }), await run({ seconds: 0.2 })]) {
      expect(calibration.http_echoes_per_s).toBeGreaterThan(0);
      expect(calibration.inserts_of_200_rows_per_s).toBeGreaterThan(0);
      expect(calibration.publishes_per_s).toBeGreaterThan(0);
    }
  });

  test('ends when it is aborted', async () => {
    await expect(run({ seconds: 600, signal: AbortSignal.timeout(1_500) })).rejects.toThrow('abort');
  });

  test('leaves no table behind, also when it is aborted', async () => {
    const signal = AbortSignal.timeout(300);
    await expect(insertsPerSecond(database.url, { seconds: 600, signal })).rejects.toThrow('abort');
    const db = createDatabase<Record<never, never>>({ url: database.url, schema: 'public' });
    const { rows } = await sql`select from pg_tables where tablename = 'bench_scratch'`.execute(db);
    await db.destroy();
    expect(rows).toEqual([]);
  });
});
