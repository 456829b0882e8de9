import { setTimeout as delay } from 'node:timers/promises';
import { inTransaction, sqlState } from '@parley/platform/db';
import { sql, type Kysely, type Transaction } from 'kysely';

/** Nothing is asked by the names of columns. */
export type Tables = Record<never, never>;

/** What reporting keeps that does not come from the owners. */
const KEPT = ['dead_letter', 'migration'];

/** How many messages the owners have. */
export async function countOwned(db: Kysely<Tables>): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select (select count(*) from dispatcher.message) + (select count(*) from ingest.inbound_message) as count`.execute(
    db,
  );
  return rows[0]?.count ?? 0;
}

/** How many messages are listed. */
export async function countProjected(db: Kysely<Tables>): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from reporting.message`.execute(db);
  return rows[0]?.count ?? 0;
}

/** Whoever comes while a lock is waited for waits as well: so nobody waits long, and it is tried again, for a minute. */
const LOCK_TIMEOUT_MS = 500;
const PAUSE_MS = 500;
const MAX_TRIES = 60;
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Empties every projection and how far it was followed, in one transaction: the service begins again. It gives way to
 * what is being projected and read; throws the last refusal when that leaves no room for a minute.
 */
export async function emptyProjections(db: Kysely<Tables>): Promise<void> {
  for (let tries = 1; ; tries += 1)
    try {
      return await inTransaction(db, truncate);
    } catch (error) {
      if (sqlState(error) !== LOCK_NOT_AVAILABLE || tries === MAX_TRIES) throw error;
      await delay(PAUSE_MS);
    }
}

async function truncate(trx: Transaction<Tables>): Promise<void> {
  await sql`select set_config('lock_timeout', ${`${LOCK_TIMEOUT_MS}ms`}, true),
    set_config('deadlock_timeout', ${`${LOCK_TIMEOUT_MS / 2}ms`}, true)`.execute(trx);
  // Messages first, as every projection begins with them: then it waits for us, or we for it, and neither for both. A
  // vacuum gives way once a deadlock has been looked for, so that must come before the time is up.
  const { rows } = await sql<{ tables: string }>`
    select string_agg(format('reporting.%I', tablename), ', ' order by tablename <> 'message', tablename) as tables
    from pg_tables where schemaname = 'reporting' and not tablename = any(${KEPT})`.execute(trx);
  await sql`truncate ${sql.raw(rows[0]?.tables ?? '')}`.execute(trx);
}

/** Whether the projections are whole. */
export async function isBuilt(db: Kysely<Tables>): Promise<boolean> {
  const { rows } = await sql`select from reporting.position where complete`.execute(db);
  return rows.length > 0;
}
