import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createDatabase, migrate } from '@parley/platform/db';
import { sql } from 'kysely';
import { serviceNames } from '../services.ts';
import type { ServiceName } from '../services.ts';
import { reasonOf, StartError } from '../start-error.ts';
import { grantStatements, quoteName, quoteText, roleStatements } from './role-statements.ts';
import { databaseName, roleUrls, withDatabase } from './role-urls.ts';
import type { PerRole } from './role-urls.ts';

/** What is needed to prepare a PostgreSQL server for the services. */
export interface ProvisionOptions {
  superuserUrl: string;
  passwords: PerRole;
  /** What to do when the server refuses, as the end of a sentence. */
  remedy: string;
  /** The repository: migrations are read from `<root>/services/<name>/migrations`. */
  root: string;
}

/** A database that the services can work with. */
export interface Provisioned {
  /** What each role connects with. */
  urls: PerRole;
  /** The migrations applied just now, as `<service>/<file>`. */
  applied: string[];
}

/**
 * Makes the database, one role and schema per service and the directory reader, each unless it exists, then brings
 * every schema up to date. Concurrent calls wait for each other. Throws a StartError when the server cannot be
 * reached, refuses, or a migration fails.
 */
export async function provision({
  superuserUrl,
  passwords,
  remedy,
  root,
}: ProvisionOptions): Promise<Provisioned> {
  const server = { superuserUrl, database: databaseName(superuserUrl), passwords };
  try {
    await inSession(withDatabase(superuserUrl, 'postgres'), (run) => makeDatabase(run, server));
  } catch (error) {
    const { host } = new URL(superuserUrl);
    const sentence = `PostgreSQL at ${host} cannot be prepared: ${reasons(error)}; ${remedy}.`;
    throw new StartError('not_ready', sentence, { cause: error });
  }
  const urls = roleUrls(superuserUrl, passwords);
  const applied = await Promise.all(
    serviceNames.map((service) => migrateService(service, urls[service], root)),
  );
  return { urls, applied: applied.flat() };
}

/** Runs one statement and says how many rows it gave. */
type Run = (statement: string) => Promise<number>;

interface Server {
  superuserUrl: string;
  database: string;
  passwords: PerRole;
}

async function makeDatabase(run: Run, { superuserUrl, database, passwords }: Server): Promise<void> {
  // Held until this session ends: two instances may begin on one server at the same time.
  await run(`select pg_advisory_lock(hashtext('parley provision'))`);
  for (const statement of roleStatements(database, passwords)) await run(statement);
  const found = await run(`select from pg_database where datname = ${quoteText(database)}`);
  if (found === 0) await run(`create database ${quoteName(database)}`);
  await inSession(withDatabase(superuserUrl, database), async (runInside) => {
    for (const statement of grantStatements(database)) await runInside(statement);
  });
}

async function migrateService(service: ServiceName, url: string, root: string): Promise<string[]> {
  const directory = join(root, 'services', service, 'migrations');
  if (!existsSync(directory)) return [];
  try {
    const { applied } = await migrate({ url, schema: service, directory });
    return applied.map((file) => `${service}/${file}`);
  } catch (error) {
    throw new StartError(
      'broken_data_directory',
      `The ${service}'s tables cannot be brought up to date: ${reasons(error)}.`,
      {
        cause: error,
      },
    );
  }
}

async function inSession(url: string, work: (run: Run) => Promise<void>): Promise<void> {
  const db = createDatabase<Record<never, never>>({ url, schema: 'public', maxConnections: 1 });
  try {
    await work(async (statement) => (await sql.raw(statement).execute(db)).rows.length);
  } finally {
    await db.destroy();
  }
}

function reasons(error: unknown): string {
  const cause = typeof error === 'object' && error !== null && 'cause' in error ? error.cause : undefined;
  return cause === undefined ? reasonOf(error) : `${reasonOf(error)}: ${reasons(cause)}`;
}
