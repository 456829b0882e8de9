import { createDatabase } from '@parley/platform/db';
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import type { StateCount, StoredMessage } from './ledgers.ts';

type Nothing = Record<never, never>;

/** Looks into dispatcher's tables, past everything that Parley says about itself. Dispose of it when done. */
export interface DatabaseLedger extends AsyncDisposable {
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
