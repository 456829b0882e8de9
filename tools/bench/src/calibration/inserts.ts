import { createDatabase } from '@parley/platform/db';
import { sql } from 'kysely';
import type { CalibrationOptions } from './calibrate.ts';

const ROWS = 200;
/** What a row of a message and its outbox entry weigh together, bytes. */
const PAYLOAD = 'x'.repeat(400);

/**
 * How many transactions per second one connection commits that insert 200 rows of 400 bytes each into a table of
 * their own, one after another, each flushed to disk as the server is set to. The table is dropped afterwards.
 */
export async function insertsPerSecond(
  postgresUrl: string,
  { seconds, signal }: CalibrationOptions,
): Promise<number> {
  const db = createDatabase<Record<never, never>>({ url: postgresUrl, schema: 'public', maxConnections: 1 });
  const insert = sql`insert into bench_scratch (payload) select ${PAYLOAD} from generate_series(1, ${ROWS})`;
  try {
    await sql`create table bench_scratch (id bigint generated always as identity primary key, payload text)`.execute(
      db,
    );
    const begun = performance.now();
    let commits = 0;
    while (performance.now() < begun + seconds * 1_000) {
      signal?.throwIfAborted();
      await insert.execute(db);
      commits += 1;
    }
    return (commits * 1_000) / (performance.now() - begun);
  } finally {
    await sql`drop table if exists bench_scratch`.execute(db);
    await db.destroy();
  }
}
