import type { DeadLetterFilter } from '@parley/contracts/requests/dead-letters';
import type { Listing } from '@parley/platform/db';
import { sql, type Expression, type ExpressionBuilder, type Kysely, type SqlBool } from 'kysely';
import type { ReportingTables } from '../database.ts';

/** A bus message that could not be projected, without what it said. */
export type StoredLetter = Omit<ReportingTables['dead_letter'], 'subject' | 'payload'>;

/** Numbered pages go so far, and totals are counted no further: who looks for more goes on after a key. */
const MAX_NUMBERED = 10_000;

/** Dead letters that meet a filter, newest (`last_seen_at`, id) first; an exact total up to 10,000. */
export function listDeadLetters(
  db: Kysely<ReportingTables>,
  filter: DeadLetterFilter,
): Listing<StoredLetter> {
  const ordered = matching(db, filter)
    .select(['id', 'kind', 'reason', 'attempts', 'first_seen_at', 'last_seen_at'])
    .orderBy('last_seen_at', 'desc')
    .orderBy('id', 'desc');
  return {
    after: (key, limit) =>
      ordered
        .$if(key !== null, (query) =>
          query.where(sql<SqlBool>`(last_seen_at, id) < (${key?.at}, ${key?.id}::uuid)`),
        )
        .limit(limit)
        .execute(),
    from: (offset, limit) => ordered.offset(offset).limit(limit).execute(),
    count: async () => {
      const { count } = await db
        .selectFrom(matching(db, filter).select('id').limit(MAX_NUMBERED).as('letters'))
        .select((eb) => eb.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow();
      return count;
    },
    keyOf: (letter) => ({ at: letter.last_seen_at, id: letter.id }),
  };
}

/** The ids of the oldest dead letters that meet a filter, oldest first. */
export async function oldestDeadLetters(
  db: Kysely<ReportingTables>,
  filter: DeadLetterFilter,
  limit: number,
): Promise<string[]> {
  const oldest = matching(db, filter).select('id').orderBy('last_seen_at').orderBy('id').limit(limit);
  return (await oldest.execute()).map(({ id }) => id);
}

function matching(db: Kysely<ReportingTables>, filter: DeadLetterFilter) {
  return db.selectFrom('dead_letter').where((eb) => eb.and(conditions(eb, filter)));
}

/** What is kept here is of no connection: asked for those of one, there is nothing. */
function conditions(
  eb: ExpressionBuilder<ReportingTables, 'dead_letter'>,
  { ids, kind, reason, connection }: DeadLetterFilter,
): Expression<SqlBool>[] {
  return [
    ids === null ? null : eb('id', '=', sql<string>`any(${ids}::uuid[])`),
    kind === null ? null : eb('kind', '=', kind),
    reason === null ? null : eb('reason', '=', reason),
    connection === null ? null : eb.lit(false),
  ].filter((condition) => condition !== null);
}
