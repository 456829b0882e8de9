import { sql, type Kysely } from 'kysely';

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

/** Empties every projection and how far it was followed, in one transaction: the service begins again. */
export async function emptyProjections(db: Kysely<Tables>): Promise<void> {
  const { rows } = await sql<{ tables: string }>`
    select string_agg(format('reporting.%I', tablename), ', ' order by tablename) as tables
    from pg_tables where schemaname = 'reporting' and not tablename = any(${KEPT})`.execute(db);
  await sql`truncate ${sql.raw(rows[0]?.tables ?? '')}`.execute(db);
}

/** Whether the projections are whole. */
export async function isBuilt(db: Kysely<Tables>): Promise<boolean> {
  const { rows } = await sql`select from reporting.position where complete`.execute(db);
  return rows.length > 0;
}
