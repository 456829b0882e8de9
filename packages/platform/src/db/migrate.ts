import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';

export interface MigrateOptions {
  /** Connects as the schema's owner, or as somebody who may act as `role`. */
  url: string;
  schema: string;
  /** Folder of `NNNN_name.sql` files, applied in the order of their names. */
  directory: string;
  /** Whom everything that is made shall belong to. Absent = to whoever connects. */
  role?: string;
}

/**
 * Brings a schema up to date: applies every file not yet applied, each in a transaction of its own, under a lock
 * that makes concurrent callers wait. Throws when an applied file has changed since, or when one fails.
 */
export async function migrate({
  url,
  schema,
  directory,
  role,
}: MigrateOptions): Promise<{ applied: string[] }> {
  const client = new pg.Client({ connectionString: url, options: `-c search_path=${schema}` });
  await client.connect();
  try {
    if (role !== undefined) await client.query(`set role ${client.escapeIdentifier(role)}`);
    await client.query('select pg_advisory_lock(hashtext($1))', [`migrate ${schema}`]);
    await ensureSchema(client, schema);
    await client.query(
      'create table if not exists migration (name text primary key, checksum text not null, applied_at timestamptz not null default now())',
    );
    return { applied: await applyMissing(client, directory) };
  } finally {
    await client.end();
  }
}

/** Asks first: "if not exists" wants the right to create schemas, which the owner of an existing one need not have. */
async function ensureSchema(client: pg.Client, schema: string): Promise<void> {
  const found = await client.query('select from pg_namespace where nspname = $1', [schema]);
  if (found.rowCount === 0) await client.query(`create schema if not exists "${schema}"`);
}

async function applyMissing(client: pg.Client, directory: string): Promise<string[]> {
  const known = await client.query<{ name: string; checksum: string }>(
    'select name, checksum from migration',
  );
  const checksums = new Map(known.rows.map((row) => [row.name, row.checksum]));
  const files = (await readdir(directory)).filter((file) => file.endsWith('.sql')).sort();
  const applied: string[] = [];
  for (const file of files) {
    const text = await readFile(join(directory, file), 'utf8');
    const checksum = createHash('sha256').update(text).digest('hex');
    const before = checksums.get(file);
    if (before === checksum) continue;
    if (before !== undefined)
      throw new Error(`${file} was changed after it had been applied; add a new file instead`);
    await applyOne(client, { file, text, checksum });
    applied.push(file);
  }
  return applied;
}

async function applyOne(
  client: pg.Client,
  { file, text, checksum }: Record<'file' | 'text' | 'checksum', string>,
) {
  try {
    await client.query('begin');
    await client.query(text);
    await client.query('insert into migration (name, checksum) values ($1, $2)', [file, checksum]);
    await client.query('commit');
  } catch (error) {
    throw new Error(`${file} could not be applied`, { cause: error });
  }
}
