import { sql, type Kysely, type RawBuilder, type SqlBool } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { gramsOf } from '../index-texts/grams.ts';
import { OCTETS, type WantedMessages } from './conditions.ts';

/**
 * That a message is among those that have all grams of what is asked for, or that nobody has looked at yet. Null when
 * these, or the bytes of their texts, are more than may be looked through, or when too little is asked for to have grams.
 */
export async function fewThatMaySay(
  db: Kysely<ReportingTables>,
  { account_id, filter }: WantedMessages,
  { sayable, octets }: { sayable: number; octets: number },
): Promise<RawBuilder<SqlBool> | null> {
  const grams = gramsOf(account_id, [filter.q]);
  if (grams.length === 0) return null;
  const { rows } = await sql<{ count: number; octets: number }>`
    with candidate as materialized (
      select octets, null::uuid as waiting from searchable where grams @> ${grams}::int[]
      union all select null, unnest(messages) from unindexed limit ${sayable + 1}),
    counted as materialized (select count(*) as count, coalesce(sum(octets), 0) as octets from candidate)
    select count, octets + coalesce((
      select sum(${OCTETS}) from message
      where id = any(array(select waiting from candidate where waiting is not null))
        and account_id = ${account_id} and count <= ${sayable}), 0) as octets
    from counted`.execute(db);
  const [found] = rows;
  if (found === undefined || found.count > sayable || found.octets > octets) return null;
  return sql<SqlBool>`id = any(array(
    select id from searchable where grams @> ${grams}::int[] union all select unnest(messages) from unindexed))`;
}
