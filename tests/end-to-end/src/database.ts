import { createDatabase } from '@parley/platform/db';
import type { ServiceName } from '@parley/launcher/services';
import type { Kysely } from 'kysely';
import type { RunningParley } from './running-parley.ts';

/** Looks at, or edits, what a service of a running Parley has stored. */
export async function inDatabase<Result>(
  parley: RunningParley,
  service: ServiceName,
  work: (db: Kysely<Record<never, never>>) => Promise<Result>,
): Promise<Result> {
  const url = `${parley.endpoint().postgresUrl}?connect_timeout=60`;
  const options = { url, schema: service, maxConnections: 1, patient: true };
  const db = createDatabase<Record<never, never>>(options);
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}
