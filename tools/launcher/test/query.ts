import { createDatabase } from '@parley/platform/db';
import { sql } from 'kysely';

/** Runs one statement on a connection of its own and returns its rows. */
export async function query(url: string, statement: string): Promise<unknown[]> {
  const db = createDatabase<Record<never, never>>({ url, schema: 'public', maxConnections: 1 });
  try {
    return (await sql.raw(statement).execute(db)).rows;
  } finally {
    await db.destroy();
  }
}
