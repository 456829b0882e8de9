import type { ConnectionId, MessageId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import { available, prepared, type Executor } from '@parley/platform/db';
import type { Trx } from '../database.ts';

/** A queued message that nobody has touched for longer than it should take. */
export type StaleMessage = Pick<Message, 'id' | 'account_id' | 'type' | 'from'>;

/** A message that is being sent and whose lease is over. */
export interface AbandonedMessage
  extends StaleMessage, Pick<Message, 'timestamp' | 'status_reason' | 'round'> {
  attempt_no: number;
  attempts_spent: number;
  /** The connection it was claimed for. */
  provider: ConnectionId;
  expires_at: string;
  /** When it was claimed. */
  changed_at: string;
}

const selectQueued = prepared<StaleMessage>(
  'reconcile-queued',
  `select id, account_id, type, "from" from message
   where status = 'queued' and stale_after < now() and stale_after < $1::timestamptz
   order by stale_after limit $2 for update skip locked`,
);

const selectConnections = prepared<{ provider: ConnectionId }>(
  'reconcile-connections',
  `select distinct provider from (
     select coalesce(provider, '') as provider from message where status = 'sending' and stale_after < now()
     order by stale_after limit $1
   ) as abandoned`,
);

const selectAbandoned = prepared<AbandonedMessage>(
  'reconcile-abandoned',
  `select id, account_id, type, "from", "timestamp", status_reason, round, attempt_no, attempts_spent,
     coalesce(provider, '') as provider, expires_at, changed_at
   from message
   where status = 'sending' and stale_after < now() and coalesce(provider, '') = any($1::text[])
   order by stale_after limit $2 for update skip locked`,
);

const touchQueued = prepared<{ message_id: MessageId }>(
  'reconcile-touch',
  `with touched as (
     update message set stale_after = now() + $2::int * interval '1 ms' where id = any($1::uuid[])
   )
   select distinct message_id from outbox where message_id = any($1::uuid[])`,
);

/**
 * Locks up to `limit` queued messages that went stale before an instant or ±infinity, oldest first. What others have
 * locked is passed over.
 */
export function lockQueued(trx: Trx, before: string, limit: number): Promise<StaleMessage[]> {
  return selectQueued(trx, [before, limit]);
}

/** The connections of the `limit` messages whose lease has been over for longest. Throws `Unavailable`. */
export async function abandonedConnections(db: Executor, limit: number): Promise<ConnectionId[]> {
  const rows = await available(selectConnections(db, [limit]));
  return rows.map(({ provider }) => provider);
}

/**
 * Locks up to `limit` messages on these connections whose lease is over, oldest first. What others have locked is
 * passed over.
 */
export function lockAbandoned(
  trx: Trx,
  connections: readonly ConnectionId[],
  limit: number,
): Promise<AbandonedMessage[]> {
  return selectAbandoned(trx, [connections, limit]);
}

/** Gives locked queued messages another `staleMs`, and returns which of them still have work in the outbox. */
export async function touch(trx: Trx, ids: readonly MessageId[], staleMs: number): Promise<Set<MessageId>> {
  if (ids.length === 0) return new Set();
  const rows = await touchQueued(trx, [ids, staleMs]);
  return new Set(rows.map((row) => row.message_id));
}
