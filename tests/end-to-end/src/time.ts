import type { MessageResource } from '@parley/contracts/http/message-resource';
import { sql, type RawBuilder } from 'kysely';
import { inDatabase } from './database.ts';
import type { RunningParley } from './running-parley.ts';

/**
 * The time of a running Parley, which passes by an edit of its database: so nothing has to be waited for, and nothing
 * is over before a test on a slow machine has looked at it.
 */
export interface Time {
  /** What is scheduled is due. */
  whenAllIsDue(): Promise<void>;
  /** The time is over in which a message may be sent. */
  afterTheEndOf(message: Pick<MessageResource, 'id'>): Promise<void>;
  /** Every pause of a lane, or of a connection, is over. */
  afterThePauses(): Promise<void>;
  /** Every call under way has lasted longer than its lease. */
  afterTheLeases(): Promise<void>;
  /** The open breakers stay open until `afterTheBreakers`. */
  beforeTheBreakersEnd(): Promise<void>;
  /** The open breakers may be tried. */
  afterTheBreakers(): Promise<void>;
  /** Every idempotency key is as old as it gets. */
  afterTheKeys(): Promise<void>;
}

/** The time of a running Parley. */
export function timeOf(parley: RunningParley): Time {
  const edit =
    (...statements: RawBuilder<unknown>[]) =>
    () =>
      inDatabase(parley, 'dispatcher', async (db) => {
        for (const statement of statements) await statement.execute(db);
      });
  return {
    whenAllIsDue: edit(
      sql`update message set send_at = now() where status = 'scheduled'`,
      sql`update outbox set available_at = now()`,
    ),
    afterTheEndOf: ({ id }) =>
      edit(sql`
        update message set expires_at = now(), stale_after = now() where id = ${id.replace('msg_', '')}`)(),
    afterThePauses: edit(sql`update lane set paused_until = now() where paused_until is not null`),
    afterTheLeases: edit(
      sql`update message set stale_after = now() where status = 'sending' and coalesce(status_reason, '') <> 'outcome_unknown'`,
    ),
    beforeTheBreakersEnd: edit(sql`update breaker set open_until = now() + interval '1 hour'`),
    afterTheBreakers: edit(sql`update breaker set open_until = now()`),
    afterTheKeys: edit(sql`update idempotency_key set expires_at = now()`),
  };
}
