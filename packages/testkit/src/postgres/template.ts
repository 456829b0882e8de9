import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrate } from '@parley/platform/db';
import { sql, type Kysely } from 'kysely';
import { withDatabase } from './server-url.ts';
import type { Untyped } from './session.ts';

const SERVICES = join(import.meta.dirname, '../../../../services');
const SCHEMAS = ['gateway', 'ingest', 'dispatcher', 'reporting'] as const;

const migrationsOf = (schema: string): string => join(SERVICES, schema, 'migrations');

/**
 * The name of a database in which every service's migrations have been applied: made by the first who asks, and
 * anew when a migration file has changed. Nobody is connected to it.
 */
export async function templateDatabase(session: Kysely<Untyped>, url: string): Promise<string> {
  const name = `parley_template_${fingerprint()}`;
  await sql`select pg_advisory_lock(hashtext('parley template'))`.execute(session);
  try {
    const found = await sql`select from pg_database where datname = ${name}`.execute(session);
    if (found.rows.length === 0) await make(session, url, name);
  } finally {
    await sql`select pg_advisory_unlock(hashtext('parley template'))`.execute(session);
  }
  return name;
}

/** It gets its name when it is whole, so a run that is killed meanwhile leaves none that is half made. */
async function make(session: Kysely<Untyped>, url: string, name: string): Promise<void> {
  const draft = `${name}_draft`;
  await sql`drop database if exists ${sql.id(draft)} with (force)`.execute(session);
  await sql`create database ${sql.id(draft)}`.execute(session);
  for (const schema of SCHEMAS)
    await migrate({ url: withDatabase(url, draft), schema, directory: migrationsOf(schema) });
  await sql`alter database ${sql.id(draft)} rename to ${sql.id(name)}`.execute(session);
}

function fingerprint(): string {
  const hash = createHash('sha256');
  for (const schema of SCHEMAS)
    for (const file of readdirSync(migrationsOf(schema)).toSorted())
      hash.update(`${schema}/${file}\0${readFileSync(join(migrationsOf(schema), file), 'utf8')}\0`);
  return hash.digest('hex').slice(0, 16);
}
