import type { ConnectionId, MessageId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { Priority, UnknownPolicy } from '@parley/contracts/sending-choices';
import { available, prepared, type Executor } from '@parley/platform/db';
import { CHANGED_COLUMNS, type ChangedMessage } from '../changed-message.ts';
import type { Trx } from '../database.ts';
import { OUTCOME_UNKNOWN } from '../send-message/decide.ts';
import { WAITING_FOR_TURN } from '../waiting-for-turn.ts';

/** A message that waits to be sent and that nobody has touched for longer than it should take. */
export type StaleMessage = Pick<Message, 'id' | 'account_id' | 'type' | 'from'> & { priority: Priority };

/** A message that is being sent and whose lease is over. */
export interface AbandonedMessage
  extends StaleMessage, Pick<Message, 'timestamp' | 'created_at' | 'status_reason' | 'round'> {
  attempt_no: number;
  attempts_spent: number;
  on_unknown_outcome: UnknownPolicy | null;
  /** The connection it was claimed for. */
  provider: ConnectionId;
  expires_at: string;
  /** When it was claimed. */
  changed_at: string;
}

const selectWaiting = prepared<StaleMessage>(
  'reconcile-queued',
  `select id, account_id, type, "from", priority from message
   where status in ('queued', 'scheduled') and stale_after < now() and stale_after < $1::timestamptz
     and expires_at > now()
   order by stale_after limit $2 for update skip locked`,
);

/** A call is under way, or should be: what is held is `sending` too, and nobody's. */
const IS_CALLED = `status = 'sending' and coalesce(status_reason, '') <> '${OUTCOME_UNKNOWN}' and stale_after < now()`;

const selectConnections = prepared<{ provider: ConnectionId }>(
  'reconcile-connections',
  `select distinct provider from (
     select coalesce(provider, '') as provider from message where ${IS_CALLED} order by stale_after limit $1
   ) as abandoned`,
);

const selectAbandoned = prepared<AbandonedMessage>(
  'reconcile-abandoned',
  `select id, account_id, type, priority, "from", "timestamp", created_at, status_reason, round, attempt_no, attempts_spent,
     on_unknown_outcome, coalesce(provider, '') as provider, expires_at, changed_at
   from message
   where ${IS_CALLED} and coalesce(provider, '') = any($1::text[])
   order by stale_after limit $2 for update skip locked`,
);

// What waits in a lane is there until someone takes it, so nothing is to be looked after before its end.
const touchWaiting = prepared<{ message_id: MessageId }>(
  'reconcile-touch',
  `with has_work as (
     select message_id, false as in_lane from outbox where message_id = any($1::uuid[])
     union all
     select message_id, true from waiting where message_id = any($1::uuid[])
   ), touched as (
     update message m set stale_after = case
       when m.id in (select message_id from has_work where in_lane) then m.expires_at
       else least(m.expires_at, now() + $2::int * interval '1 ms') end
     where m.id = any($1::uuid[])
   )
   select distinct message_id from has_work`,
);

const endOverdue = prepared<ChangedMessage>(
  'reconcile-overdue',
  `with overdue as materialized (
     select id from message
     where stale_after < now() and case status when 'sending' then status_reason = '${OUTCOME_UNKNOWN}'
       when 'queued' then expires_at <= now() when 'scheduled' then expires_at <= now() end
       and status in ('scheduled', 'queued', 'sending')
     order by stale_after limit $1 for update skip locked
   )
   update message m set stale_after = null, changed_at = clock_timestamp(),
     status = case m.status_reason when '${OUTCOME_UNKNOWN}' then 'failed' else 'expired' end,
     status_reason = coalesce(m.status_reason,
       (select '${WAITING_FOR_TURN}' from waiting w where w.message_id = m.id))
   from overdue where m.id = overdue.id
   returning ${CHANGED_COLUMNS}`,
);

const countHeld = prepared<{ held: number }>(
  'reconcile-count-held',
  `select count(*)::int as held from (
     select from message where status = 'sending' and status_reason = '${OUTCOME_UNKNOWN}'
     limit $1
   ) as held`,
);

/**
 * Locks up to `limit` messages that wait to be sent and went stale before an instant or ±infinity, oldest first. What
 * others have locked is passed over.
 */
export function lockWaiting(trx: Trx, before: string, limit: number): Promise<StaleMessage[]> {
  return selectWaiting(trx, [before, limit]);
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

/**
 * Gives locked messages another `staleMs`, those in a lane the time until their end, and returns which of them still
 * have work: in the outbox or in a lane.
 */
export async function touch(trx: Trx, ids: readonly MessageId[], staleMs: number): Promise<Set<MessageId>> {
  if (ids.length === 0) return new Set();
  const rows = await touchWaiting(trx, [ids, staleMs]);
  return new Set(rows.map((row) => row.message_id));
}

/**
 * Ends up to `limit` messages whose time is over: what still waits to be sent expires, what is held or may have been
 * sent fails, and says that nobody knows.
 */
export function endWhatIsOver(trx: Trx, limit: number): Promise<ChangedMessage[]> {
  return endOverdue(trx, [limit]);
}

/** How many messages are held, counted up to `limit`. Throws `Unavailable`. */
export async function heldMessages(db: Executor, limit: number): Promise<number> {
  const [row] = await available(countHeld(db, [limit]));
  return row?.held ?? 0;
}
