import { createDatabase } from '@parley/platform/db';
import type { Kysely } from 'kysely';

/** A database of which nothing is known. */
export type Untyped = Record<never, never>;

/** Runs `work` in one session of the database at `url`, without a statement time-out, and ends it. */
export async function inSession<Result>(
  url: string,
  work: (db: Kysely<Untyped>) => Promise<Result>,
): Promise<Result> {
  const db = createDatabase<Untyped>({ url, schema: 'public', maxConnections: 1, patient: true });
  try {
    return await db.connection().execute(work);
  } finally {
    await db.destroy();
  }
}
