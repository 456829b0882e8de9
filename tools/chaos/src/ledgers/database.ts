import { createDatabase } from '@parley/platform/db';
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { StateCount, StoredMessage } from './ledgers.ts';

type Nothing = Record<never, never>;

/** Looks into dispatcher's tables, past everything that Parley says about itself. Dispose of it when done. */
export interface DatabaseLedger extends AsyncDisposable {
  /** How many rows of each table have been updated so far, as PostgreSQL counts them: some seconds behind. */
  updates(): Promise<ReadonlyMap<string, number>>;
  /** When each of these messages was called for first, epoch ms by id; those that were not are left out. */
  firstCalls(ids: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** The messages with this client reference. */
  messages(reference: string): Promise<StoredMessage[]>;
  /** The same, counted by status; the reason is told of those that are `sending`. */
  states(reference: string): Promise<StateCount[]>;
}

/** Opens the database of an instance as its superuser. */
export function openDatabaseLedger(postgresUrl: string): DatabaseLedger {
  const db: Kysely<Nothing> = createDatabase<Nothing>({
    url: postgresUrl,
    schema: 'dispatcher',
    maxConnections: 1,
  });
  return {
    updates: async () => {
      const { rows } = await sql<{ name: string; count: number }>`
        select relname as name, n_tup_upd::int as count from pg_stat_user_tables where schemaname = 'dispatcher'`.execute(
        db,
      );
      return new Map(rows.map(({ name, count }) => [name, count]));
    },
    firstCalls: async (ids) => {
      const { rows } = await sql<{ id: string; at: string }>`
        select message_id as id, min(started_at) as at from attempt
        where message_id = any(${ids}::uuid[]) group by message_id`.execute(db);
      return new Map(rows.map(({ id, at }) => [id, Date.parse(at)]));
    },
    messages: async (reference) => {
      const { rows } = await sql<StoredMessage>`
        select id, status, status_reason from message where client_reference = ${reference}`.execute(db);
      return rows;
    },
    states: async (reference) => {
      const { rows } = await sql<StateCount>`
        select status, case when status = 'sending' then status_reason end as status_reason, count(*)::int as count
        from message where client_reference = ${reference} group by 1, 2`.execute(db);
      return rows;
    },
    [Symbol.asyncDispose]: () => db.destroy(),
  };
}
