import type { ConnectionId, MessageId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import { prepared, type Executor } from '@parley/platform/db';
import type { Trx } from '../database.ts';

/** A message that nobody has touched for longer than it should take. */
export interface StaleMessage extends Pick<
  Message,
  'id' | 'account_id' | 'type' | 'from' | 'timestamp' | 'status_reason'
> {
  status: 'queued' | 'sending';
  attempt_no: number;
  attempts_spent: number;
  /** The connection it was claimed for; empty for one that is queued. */
  provider: ConnectionId;
  expires_at: string;
  /** When it was claimed, for one that is being sent. */
  changed_at: string;
}

const selectStale = prepared<StaleMessage>(
  'reconcile-select',
  `select id, account_id, type, "from", "timestamp", status, status_reason, attempt_no, attempts_spent,
     coalesce(provider, '') as provider, expires_at, changed_at
   from message
   where status in ('queued', 'sending') and stale_after < now()
     and (status = 'sending' or stale_after < $1::timestamptz)
   order by stale_after limit $2 for update skip locked`,
);

const touchQueued = prepared<{ message_id: MessageId }>(
  'reconcile-touch',
  `with touched as (
     update message set stale_after = now() + $2::int * interval '1 ms' where id = any($1::uuid[])
   )
   select distinct message_id from outbox where message_id = any($1::uuid[])`,
);

const selectLag = prepared<{ seconds: number }>(
  'reconcile-outbox-lag',
  `select coalesce(greatest(extract(epoch from now() - min(available_at)), 0), 0)::float as seconds from outbox`,
);

/**
 * Locks up to `limit` messages that are stale, oldest first: those whose lease is over, and queued ones that went
 * stale before `queuedBefore`, an instant or ±infinity. What others have locked is passed over.
 */
export function lockStale(trx: Trx, queuedBefore: string, limit: number): Promise<StaleMessage[]> {
  return selectStale(trx, [queuedBefore, limit]);
}

/** Gives locked queued messages another `staleMs`, and returns which of them still have work in the outbox. */
export async function touch(trx: Trx, ids: readonly MessageId[], staleMs: number): Promise<Set<MessageId>> {
  if (ids.length === 0) return new Set();
  const rows = await touchQueued(trx, [ids, staleMs]);
  return new Set(rows.map((row) => row.message_id));
}

/** For how long the oldest due row of the outbox has been waiting, seconds; 0 when none is due. */
export async function outboxLag(db: Executor): Promise<number> {
  const [row] = await selectLag(db, []);
  return row?.seconds ?? 0;
}
