import { createDatabase, type DatabaseOptions } from '@parley/platform/db';
import type { Kysely } from 'kysely';
import { testDatabase } from './test-database.ts';

/** A database of a test file's own, opened as one service opens it. */
export interface OpenTestDatabase<Tables> {
  db: Kysely<Tables>;
  /** Superuser URL. */
  url: string;
  /** For `afterAll`, or the end of it. Throws when anything else is still connected. */
  close(): Promise<void>;
}

/**
 * Makes a database with all four services' schemas, empty, and opens it in one of them; with `maxConnections: 1` what was
 * prepared is looked up where it was.
 */
export async function openTestDatabase<Tables>(
  schema: string,
  options: Pick<DatabaseOptions, 'maxConnections'> = {},
): Promise<OpenTestDatabase<Tables>> {
  const { url, drop } = await testDatabase();
  const db = createDatabase<Tables>({ url, schema, ...options });
  return {
    db,
    url,
    close: async () => {
      await db.destroy();
      await drop();
    },
  };
}
