import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createDatabase, migrate } from '@parley/platform/db';
import { sql } from 'kysely';
import { serviceNames } from '../services.ts';
import type { ServiceName } from '../services.ts';
import { reasonOf, StartError } from '../start-error.ts';
import { grantTables, readGrants } from './grants.ts';
import { databaseName, quoteName, quoteText, roleName, roleUrls, withDatabase } from './role-names.ts';
import type { PerService } from './role-names.ts';
import { roleStatements, schemaStatements } from './role-statements.ts';

/** What is needed to prepare a PostgreSQL server for the services. */
export interface ProvisionOptions {
  superuserUrl: string;
  passwords: PerService;
  /** What to do when the server refuses, as the end of a sentence. */
  remedy: string;
  /** The repository: `<root>/services/<name>` has a service's migrations and its `grants.json`. */
  root: string;
}

/** A database that the services can work with. */
export interface Provisioned {
  /** What each service connects with. */
  urls: PerService;
  /** The migrations applied just now, as `<service>/<file>`. */
  applied: string[];
}

/**
 * Makes the database, its roles and one schema per service, each unless it exists, brings every schema up to date and
 * gives each service its rights and no others. Concurrent calls wait for each other. Throws a StartError when the
 * server cannot be reached, refuses, or a migration fails.
 */
export async function provision(options: ProvisionOptions): Promise<Provisioned> {
  const { superuserUrl, passwords, remedy } = options;
  try {
    const applied = await inSession(withDatabase(superuserUrl, 'postgres'), async (run) => {
      // Held until this session ends: two instances may begin on one server at the same time.
      await run(`select pg_advisory_lock(hashtext('parley provision'))`);
      return prepare(run, options);
    });
    return { urls: roleUrls(superuserUrl, passwords), applied };
  } catch (error) {
    if (error instanceof StartError) throw error;
    const { host } = new URL(superuserUrl);
    const sentence = `PostgreSQL at ${host} cannot be prepared: ${reasons(error)}; ${remedy}.`;
    throw new StartError('not_ready', sentence, { cause: error });
  }
}

/** Runs a text of SQL and says how many rows it gave. */
type Run = (text: string) => Promise<number>;

async function prepare(run: Run, { superuserUrl, passwords, root }: ProvisionOptions): Promise<string[]> {
  const database = databaseName(superuserUrl);
  for (const statement of roleStatements(database, passwords)) await run(statement);
  const found = await run(`select from pg_database where datname = ${quoteText(database)}`);
  if (found === 0) await run(`create database ${quoteName(database)}`);
  const url = withDatabase(superuserUrl, database);
  return inSession(url, async (runInside) => {
    for (const statement of schemaStatements(database)) await runInside(statement);
    const applied = await Promise.all(serviceNames.map((service) => migrateService(service, url, root)));
    for (const schema of serviceNames)
      await runInside(grantTables(database, schema, readGrants(root, schema)));
    return applied.flat();
  });
}

async function migrateService(service: ServiceName, url: string, root: string): Promise<string[]> {
  const directory = join(root, 'services', service, 'migrations');
  if (!existsSync(directory)) return [];
  try {
    const role = roleName(databaseName(url), 'owner');
    const { applied } = await migrate({ url, schema: service, directory, role });
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

async function inSession<Result>(url: string, work: (run: Run) => Promise<Result>): Promise<Result> {
  const db = createDatabase<Record<never, never>>({
    url,
    schema: 'public',
    maxConnections: 1,
    patient: true,
  });
  try {
    return await work(async (text) => (await sql.raw(text).execute(db)).rows.length);
  } finally {
    await db.destroy();
  }
}

function reasons(error: unknown): string {
  const cause = typeof error === 'object' && error !== null && 'cause' in error ? error.cause : undefined;
  return cause === undefined ? reasonOf(error) : `${reasonOf(error)}: ${reasons(cause)}`;
}
