import type { DeadLetter } from '@parley/contracts/dead-letter';
import type { ConnectionId } from '@parley/contracts/ids';
import type { Keyset } from '@parley/contracts/requests/paging';
import { available, prepared, type Executor, type Listing } from '@parley/platform/db';
import { sql, type Kysely, type RawBuilder } from 'kysely';
import type { DispatcherTables } from '../database.ts';
import { sourcesOf, type Scope, type Source } from './sources.ts';

/** A dead letter as it is stored; of work, what the bus message said. */
export type StoredLetter = DeadLetter & { payload: string | null };

/** Numbered pages go so far, and totals are counted no further: who looks for more goes on after a key. */
const MAX_NUMBERED = 10_000;

// A walk from one connection to the next, whatever each has: how many different ones there are, not how many rows.
const selectConnections = prepared<{ connection_id: ConnectionId }>(
  'dead-letters-connections',
  `with recursive found as (
     (select connection_id from unmatched_receipt order by connection_id limit 1)
     union all
     select (select u.connection_id from unmatched_receipt u where u.connection_id > found.connection_id
       order by u.connection_id limit 1)
     from found where found.connection_id is not null
   )
   select connection_id from found where connection_id is not null`,
);

/** The connections, of whatever account, with receipts on messages that nobody knows (yet). Throws `Unavailable`. */
export async function unmatchedConnections(db: Executor): Promise<ConnectionId[]> {
  const rows = await available(selectConnections(db, []));
  return rows.map((row) => row.connection_id);
}

/** Dead letters, newest (`last_seen_at`, id) first; an exact total up to 10,000. */
export function listDeadLetters(db: Kysely<DispatcherTables>, scope: Scope): Listing<StoredLetter> {
  const sources = sourcesOf(scope);
  const newest = async (key: Keyset | null, limit: number, offset = 0): Promise<StoredLetter[]> => {
    const found = sources.map((source) => select(source, { key, limit: limit + offset, order: sql`desc` }));
    return read(db, found, sql`order by last_seen_at desc, id desc offset ${offset} limit ${limit}`);
  };
  return {
    after: newest,
    from: (offset, limit) =>
      newest(null, Math.max(0, Math.min(limit, MAX_NUMBERED - offset)), Math.min(offset, MAX_NUMBERED)),
    count: async () => {
      if (sources.length === 0) return 0;
      const rows = sources.map(
        ({ from, conditions }) =>
          sql`(select 1 from ${from} where ${sql.join([sql`true`, ...conditions], sql` and `)} limit ${MAX_NUMBERED})`,
      );
      const counted = await sql<{ count: number }>`
        select count(*) as count from (${sql.join(rows, sql` union all `)}) as letters`.execute(db);
      return Math.min(counted.rows[0]?.count ?? 0, MAX_NUMBERED);
    },
    keyOf: (letter) => ({ at: letter.last_seen_at, id: letter.id }),
  };
}

/**
 * The oldest dead letters, oldest first, orphan receipts last: those mostly stay what they are, and would come before
 * everything else each time.
 */
export function oldestDeadLetters(
  db: Kysely<DispatcherTables>,
  scope: Scope,
  limit: number,
): Promise<StoredLetter[]> {
  const found = sourcesOf(scope).map((source) => select(source, { key: null, limit, order: sql`asc` }));
  return read(db, found, sql`order by kind = 'orphan_receipt', last_seen_at, id limit ${limit}`);
}

interface Part {
  key: Keyset | null;
  limit: number;
  order: RawBuilder<unknown>;
}

function select({ columns, from, conditions, at, id }: Source, { key, limit, order }: Part) {
  const after = key === null ? sql`true` : sql`(${at}, ${id}) < (${key.at}, ${key.id}::uuid)`;
  return sql`(select ${columns} from ${from} where ${sql.join([after, ...conditions], sql` and `)}
    order by ${at} ${order}, ${id} ${order} limit ${limit})`;
}

async function read(
  db: Kysely<DispatcherTables>,
  parts: readonly RawBuilder<unknown>[],
  tail: RawBuilder<unknown>,
): Promise<StoredLetter[]> {
  if (parts.length === 0) return [];
  const { rows } = await sql<StoredLetter>`
    select * from (${sql.join(parts, sql` union all `)}) as letters ${tail}`.execute(db);
  return rows;
}
