import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { gramsOf } from '../index-texts/grams.ts';
import type { WantedMessages } from './conditions.ts';

/**
 * That a message is among those that have all grams of what is asked for, or that nobody has looked at yet. Null when
 * these are more than `most`, or when too little is asked for to have grams.
 */
export async function fewThatMaySay(
  db: Kysely<ReportingTables>,
  { account_id, filter }: WantedMessages,
  most: number,
): Promise<RawBuilder<SqlBool> | null> {
  const grams = gramsOf(account_id, [filter.q]);
  if (grams.length === 0) return null;
  const candidates = sql`select id from searchable where grams @> ${grams}::int[]
    union all select unnest(messages) from unindexed`;
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (${candidates} limit ${most + 1}) as candidate`.execute(db);
  return (rows[0]?.count ?? 0) > most ? null : sql<SqlBool>`id = any(array(${candidates}))`;
}
