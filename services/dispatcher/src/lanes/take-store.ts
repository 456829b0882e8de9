import type { ConnectionId, MessageId } from '@parley/contracts/ids';
import { prepared } from '@parley/platform/db';
import type { Trx } from '../database.ts';
import type { Lane } from './lane.ts';
import { absurd, epochMs } from './slot-store.ts';

/** What is wanted from a lane. */
export interface Wanted extends Lane {
  /** The connection to send through. */
  via: ConnectionId;
  /** The slots of its lane for this sender, a second; null = it has no limit. */
  rate: number | null;
  /** Most messages. */
  places: number;
  /** Which of its messages: those that any connection may send, those that only its own may, or all. */
  which: 'free' | 'bound' | 'all';
  /** The types to take; null = all. */
  types: readonly string[] | null;
}

/** A message that was taken, or null for a lane of which nothing was. */
export interface TakenRow {
  /** The position of the lane among the wanted. */
  position: number;
  /** How many messages were looked at; fewer than asked for: there are no others. */
  found: number;
  /** How many were asked for; null = its next slot is not near, or another instance has the lane. */
  asked: number | null;
  message_id: MessageId | null;
  /** Since when it waited in the lane, and for how long, ms. */
  waiting_since: string | null;
  waited_ms: number | null;
  /** What the next slot of the lane was before, epoch ms of the database; null without a limit. */
  next_slot: number | null;
}

/** How far ahead slots are reserved, ms. */
const AHEAD_MS = 100;
const ABSURD = absurd('w.rate');

// What is bound is looked for by a condition of its own, which has its index: a lane may hold any number of others.
const nextOf = (condition: string): string =>
  `select w.message_id, w.urgency, w.since from waiting w
   where w.connection_id = r.connection_id and w.sender = r.sender and ${condition}
     and (r.types is null or r.types ? w.type)
   order by w.urgency, w.since limit r.quota for update skip locked`;

// Waits for nobody: what others have locked is passed over, so that it can hold its own locks in any order. Messages
// are found by an array of ids: joined to a number of rows that cannot be foreseen, the table might be read whole.
const takeRows = prepared<TakenRow>(
  'lanes-take',
  `with clock as materialized (select clock_timestamp() as at),
   wanted as materialized (
     select * from jsonb_to_recordset($1) as w(position int, connection_id text, sender text, via text, rate float8,
       places int, which text, types jsonb)
   ), locked as materialized (
     select w.position, w.rate, l.connection_id, l.sender,
       case when l.next_slot > clock.at + ${ABSURD} then clock.at else greatest(l.next_slot, clock.at) end as base
     from wanted w join lane l on l.connection_id = w.via and l.sender = w.sender cross join clock
     where w.rate is not null
       and (l.next_slot < clock.at + interval '${AHEAD_MS} ms' or l.next_slot > clock.at + ${ABSURD})
     order by l.connection_id, l.sender
     for update of l skip locked
   ), ready as materialized (
     select w.*, case when w.rate is null then w.places else least(w.places,
       1 + floor(${epochMs(`clock.at + interval '${AHEAD_MS} ms' - locked.base`)} / 1000 * w.rate)::int) end as quota
     from wanted w left join locked using (position) cross join clock
     where w.rate is null or locked.position is not null
   ), candidates as materialized (
     select r.position, c.* from ready r cross join lateral (
       select * from (${nextOf(`r.which = 'bound' and w.bound`)}) as bound
       union all
       select * from (${nextOf(`r.which <> 'bound' and (r.which = 'all' or not w.bound)`)}) as others
     ) c
   ), ours as materialized (
     select id, status, changed_at from message where id = any(array(select message_id from candidates))
     order by id for update skip locked
   ), gone as (
     delete from waiting where message_id = any(array(select id from ours))
   ), numbered as materialized (
     select c.position, c.message_id, o.changed_at as waiting_since,
       row_number() over (partition by c.position order by c.urgency, c.since, c.message_id) - 1 as place
     from candidates c join ours o on o.id = c.message_id where o.status = 'queued'
   )
   select w.position, r.quota as asked,
     (select count(*)::int from candidates c where c.position = w.position) as found,
     n.message_id, n.waiting_since,
     ${epochMs('clock_timestamp() - n.waiting_since')} as waited_ms, ${epochMs('l.next_slot')} as next_slot
   from wanted w
     left join ready r using (position) left join numbered n using (position)
     left join lane l on l.connection_id = w.via and l.sender = w.sender and w.rate is not null
   order by w.position, n.place`,
);

/**
 * Takes messages out of lanes: from each as many as it has places and, where it is limited, slots that are not more than
 * 100 ms ahead; urgent ones first, then those accepted first. Limited lanes stay locked, for `advanceLanes` in the same
 * transaction. Of messages that are over meanwhile nothing is left. `via` and `sender` of each must differ from all
 * others.
 */
export function takeWaiting(trx: Trx, wanted: readonly Wanted[]): Promise<TakenRow[]> {
  return takeRows(trx, [JSON.stringify(wanted.map((lane, position) => ({ ...lane, position })))]);
}
