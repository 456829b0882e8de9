import { askKeeper } from '../keeper/client.ts';

/** Superuser URL of the PostgreSQL to test with: the given one, else the one that this clone's test runs share. */
export async function serverUrl(): Promise<string> {
  const given = process.env['PARLEY_TEST_POSTGRES_URL'];
  if (given) return given;
  const running = await askKeeper({ do: 'share-postgres' });
  if (running === null) throw new Error('the keeper did not say where PostgreSQL is');
  return running.url;
}

/** The same, for statements and connections that may take as long as a slow machine needs. */
export function patient(url: string): string {
  const changed = new URL(url);
  changed.searchParams.set('statement_timeout', '120000');
  changed.searchParams.set('query_timeout', '120000');
  changed.searchParams.set('connect_timeout', '20');
  return changed.href;
}

/** The same server, another database. */
export function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}
