import type { ConnectionId } from '@parley/contracts/ids';
import { available, prepared, type Executor } from '@parley/platform/db';

/** How a connection stands in the tables. */
export interface StoredHealth {
  connection_id: ConnectionId;
  paused_until: string | null;
  pause_reason: string | null;
  /** Null = its breaker is closed. */
  open_until: string | null;
  /** Somebody is trying, or may. */
  is_half_open: boolean;
  /** Counted up to `MAX_COUNTED`. */
  waiting: number;
}

/** Longer queues are not counted to their end. */
export const MAX_COUNTED = 10_000;

// In order, so that they are counted by the index also where one connection has nearly all of them.
const selectHealth = prepared<StoredHealth>(
  'connections-health',
  `select r.id as connection_id, l.paused_until, l.reason as pause_reason, b.open_until,
     coalesce(b.probing or b.open_until <= now(), false) as is_half_open,
     (select count(*)::int from (
        select from waiting w where w.connection_id = r.id order by w.sender limit ${MAX_COUNTED}) as counted) as waiting
   from unnest($1::text[]) as r(id)
   left join lane l on l.connection_id = r.id and l.sender = '' and l.paused_until > now()
   left join breaker b on b.connection_id = r.id and b.closed_at is null`,
);

/** How connections stand, in any order. Throws `Unavailable`. */
export function loadHealth(db: Executor, ids: readonly ConnectionId[]): Promise<StoredHealth[]> {
  return available(selectHealth(db, [ids]));
}
