import type { ConnectionId, MessageId } from '@parley/contracts/ids';
import { available, prepared, type Executor } from '@parley/platform/db';
import { createBatcher, type Metrics } from '@parley/platform/runtime';
import type { BusyLane } from './find-lanes.ts';
import type { WaitReason } from './lane.ts';
import type { Lanes } from './lanes.ts';

/** A message whose work came from the bus and that cannot be sent now. */
export interface Parking {
  message_id: MessageId;
  /** In whose lane it is to wait, unless an earlier call through another connection may have sent it. */
  connection_id: ConnectionId;
  /** What its client is told. */
  reason: WaitReason;
}

/** Lets a message wait in its lane; resolves after the commit. Rejects with `Unavailable`. */
export type Park = (parking: Parking) => Promise<null>;

// What is not waiting to be sent any more, or not due yet, is left alone; what waits in a lane already keeps its place.
// The status is asked for in a case so that rows are found by id, as in a claim.
const parkRows = prepared<BusyLane>(
  'lanes-park',
  `with parked as (
     update message m set status = 'queued', stale_after = m.expires_at, changed_at = clock_timestamp(),
       status_reason = case when m.status_reason = 'outcome_unknown' then m.status_reason else r.reason end
     from jsonb_to_recordset($1) as r(message_id uuid, connection_id text, reason text)
     where m.id = r.message_id and case m.status when 'queued' then true when 'scheduled' then m.send_at <= now() end
     returning m.id, m.account_id, m.type, m."from", m.priority, m.created_at,
       coalesce(m.status_reason, '') = 'outcome_unknown' as bound,
       case when m.status_reason = 'outcome_unknown' then coalesce(m.provider, r.connection_id)
         else r.connection_id end as connection_id
   ), entered as (
     insert into waiting (message_id, account_id, type, connection_id, sender, urgency, since, bound)
     select id, account_id, type, connection_id, "from", case priority when 'high' then 0 else 1 end, created_at, bound
     from parked
     on conflict (message_id) do nothing
   )
   select connection_id, "from" as sender, account_id, created_at as since from parked`,
);

export interface ParkOptions {
  db: Executor;
  /** Most messages that may be on their way into lanes at once. */
  maxQueued: number;
  metrics: Metrics;
  lanes: Pick<Lanes, 'enteredInto'>;
}

const MAX_PARKED = 500;
const WAIT_MS = 5;

/**
 * Makes the function that parks messages, gathered into one statement for many. From there the runner takes them: work
 * that is given back to the bus would come again and again, and keep what can be sent from coming.
 */
export function createParking({ db, maxQueued, metrics, lanes }: ParkOptions): Park {
  const batcher = createBatcher<Parking, null>({
    name: 'park',
    maxItems: MAX_PARKED,
    waitMs: WAIT_MS,
    maxQueued,
    metrics,
    flush: async (parkings) => {
      const unique = new Map(parkings.map((parking) => [parking.message_id, parking]));
      const sorted = [...unique.values()].toSorted((a, b) => (a.message_id < b.message_id ? -1 : 1));
      lanes.enteredInto(await available(parkRows(db, [JSON.stringify(sorted)])));
      return parkings.map(() => null);
    },
  });
  return (parking) => batcher.add(parking);
}
