import { sql, type Kysely } from 'kysely';

/**
 * How PostgreSQL would run a prepared statement whatever its parameters are, as EXPLAIN tells it. The database must
 * be opened with one connection and the statement have run on it; fill and analyse its tables before. Throws when
 * no statement has that name.
 */
export async function genericPlan<Tables>(db: Kysely<Tables>, name: string): Promise<string> {
  const { rows: known } = await sql<{ statement: string }>`
    select statement from pg_prepared_statements where name = ${name}`.execute(db);
  const [found] = known;
  if (found === undefined) throw new Error(`no statement named ${name} has run on this connection`);
  const { rows } = await sql<
    Record<'QUERY PLAN', string>
  >`explain (generic_plan) ${sql.raw(found.statement)}`.execute(db);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}
