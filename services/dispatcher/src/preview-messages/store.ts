import type { ConnectionId } from '@parley/contracts/ids';
import { available, prepared, type Executor } from '@parley/platform/db';

/** Where a message would wait for its turn. */
export interface LaneLookup {
  connection_id: ConnectionId;
  sender: string;
  /** What is as urgent as this, or more, goes first. */
  urgency: number;
}

/** How a lane stands. */
export interface LaneQueue {
  /** Messages in it that go first, counted up to `MAX_COUNTED`. */
  waiting: number;
  /** For how much longer nobody may be called, ms. */
  busy_ms: number;
}

/** Longer queues are not counted to their end. */
export const MAX_COUNTED = 100_000;

// The lane of an empty sender holds up all lanes of its connection.
const selectQueues = prepared<LaneQueue & { position: number }>(
  'preview-lanes',
  `select r.position,
     (select count(*)::int from (
        select from waiting w where w.connection_id = r.connection_id and w.sender = r.sender and w.urgency <= r.urgency
        limit ${MAX_COUNTED}
      ) as counted) as waiting,
     coalesce((select greatest(0, extract(epoch from max(greatest(l.next_slot, l.paused_until)) - now()) * 1000)
        from lane l where l.connection_id = r.connection_id and l.sender in (r.sender, '')), 0)::float8 as busy_ms
   from jsonb_to_recordset($1) as r(position int, connection_id text, sender text, urgency smallint)`,
);

/** How lanes stand, one statement for all, in the order asked. Throws `Unavailable`. */
export async function loadQueues(
  db: Executor,
  lanes: readonly (LaneLookup | null)[],
): Promise<(LaneQueue | null)[]> {
  const numbered = lanes.flatMap((lane, position) => (lane === null ? [] : [{ ...lane, position }]));
  if (numbered.length === 0) return lanes.map(() => null);
  const rows = await available(selectQueues(db, [JSON.stringify(numbered)]));
  const queues = new Map(rows.map(({ position, ...queue }) => [position, queue]));
  return lanes.map((_, position) => queues.get(position) ?? null);
}
