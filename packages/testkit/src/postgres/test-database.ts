import { randomBytes } from 'node:crypto';
import { asUnavailable, sqlState } from '@parley/platform/db';
import { sql, type Kysely } from 'kysely';
import { patient, serverUrl, withDatabase } from './server-url.ts';
import { inSession, type Untyped } from './session.ts';
import { templateDatabase } from './template.ts';

/** A database of a test file's own. */
export interface TestDatabase {
  /** Superuser URL, without the time-outs of a service. */
  url: string;
  /**
   * Removes it. Throws when something is still connected to it, and says what: whoever opens a database closes it.
   * It is removed all the same.
   */
  drop(): Promise<void>;
}

const PREFIX = 'parley_test_';
/** On a server that outlives the tests, what killed runs left is removed by later ones, ms. */
const ABANDONED_AFTER_MS = 2 * 3_600_000;
const IN_USE = '55006';

/** Makes a database with all four services' schemas, migrated and empty. Costs some 50 ms. */
export async function testDatabase(): Promise<TestDatabase> {
  const url = patient(await serverUrl());
  const name = `${PREFIX}${Date.now().toString(36)}_${randomBytes(4).toString('hex')}`;
  await inSession(url, async (session) => {
    const template = await templateDatabase(session, url);
    await removeAbandoned(session);
    // Copying files needs a checkpoint, which costs nothing where nothing is synced, and no log of every page.
    await sql`create database ${sql.id(name)} template ${sql.id(template)} strategy file_copy`.execute(
      session,
    );
  });
  return { url: withDatabase(url, name), drop: () => inSession(url, (session) => drop(session, name)) };
}

async function drop(session: Kysely<Untyped>, name: string): Promise<void> {
  try {
    // PostgreSQL itself waits up to five seconds for connections that are about to end.
    await sql`drop database ${sql.id(name)}`.execute(session);
  } catch (error) {
    if (sqlState(error) !== IN_USE) throw asUnavailable(error);
    const leaks = await connections(session, name);
    await sql`drop database ${sql.id(name)} with (force)`.execute(session);
    throw new Error(`the test file leaked ${leaks.length} database connection(s): ${leaks.join('; ')}`, {
      cause: error,
    });
  }
}

async function connections(session: Kysely<Untyped>, name: string): Promise<string[]> {
  const { rows } = await sql<{ application_name: string; state: string | null; query: string }>`
    select application_name, state, query from pg_stat_activity
    where datname = ${name} and backend_type = 'client backend'`.execute(session);
  return rows.map((row) => `${row.application_name}, ${row.state ?? 'unknown'}, last: ${row.query}`);
}

async function removeAbandoned(session: Kysely<Untyped>): Promise<void> {
  const { rows } = await sql<{ datname: string }>`
    select datname from pg_database d where starts_with(datname, ${PREFIX})
      and not exists (select from pg_stat_activity a where a.datname = d.datname)`.execute(session);
  for (const { datname } of rows) {
    const born = Number.parseInt(datname.slice(PREFIX.length), 36);
    if (Date.now() - born > ABANDONED_AFTER_MS)
      await sql`drop database if exists ${sql.id(datname)}`.execute(session);
  }
}
