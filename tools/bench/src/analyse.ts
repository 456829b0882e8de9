import { createDatabase } from '@parley/platform/db';
import { sql } from 'kysely';

/**
 * Brings the database's statistics up to date: plans made while tables were empty stay with their prepared statements
 * until the tables are analysed.
 */
export async function analyse(postgresUrl: string): Promise<void> {
  const db = createDatabase<Record<never, never>>({ url: postgresUrl, schema: 'public', maxConnections: 1 });
  try {
    await sql`analyze`.execute(db);
  } finally {
    await db.destroy();
  }
}
