import { available, prepared, type Executor } from '@parley/platform/db';
import type { Trx } from '../database.ts';
import type { Lane } from './lane.ts';

/** SQL for a time as ms since the epoch, with fractions. */
export const epochMs = (time: string): string => `extract(epoch from ${time})::float8 * 1000`;

/** SQL for how far ahead a next slot may be: one beyond it was made by a clock that has been set back since. */
export const absurd = (rate: string): string => `(interval '1 minute' + interval '1 s' / ${rate})`;

/** Slots that were given. */
export interface Reserved {
  /** The first, epoch ms of the database; the others follow at the rate of the lane. */
  slot: number;
  /** What the database's clock showed, epoch ms. */
  clock: number;
}

const openRows = prepared(
  'lanes-open',
  `insert into lane (connection_id, sender)
   select connection_id, sender from jsonb_to_recordset($1) as r(connection_id text, sender text)
   order by connection_id, sender
   on conflict (connection_id, sender) do nothing`,
);

const reserveRows = prepared<Reserved>(
  'lanes-reserve',
  `insert into lane as l (connection_id, sender, next_slot)
   values ($1, $2, clock_timestamp() + $4::int / $3::float8 * interval '1 s')
   on conflict (connection_id, sender) do update
     set next_slot = greatest(l.next_slot, clock_timestamp()) + $4::int / $3::float8 * interval '1 s'
   returning ${epochMs('new.next_slot')} - $4::int / $3::float8 * 1000 as slot, ${epochMs('clock_timestamp()')} as clock`,
);

/** A limited lane out of which messages were taken. */
export interface Advance extends Lane {
  taken: number;
  /** Slots a second. */
  rate: number;
}

/** The slots that a lane gave. */
export type Advanced = Lane & Reserved;

const advanceRows = prepared<Advanced>(
  'lanes-advance',
  `with clock as materialized (select clock_timestamp() as at), r as materialized (
     select r.*, clock.at, case when l.next_slot > clock.at + ${absurd('r.rate')} then clock.at
       else greatest(l.next_slot, clock.at) end as base
     from jsonb_to_recordset($1) as r(connection_id text, sender text, taken int, rate float8)
     join lane l using (connection_id, sender) cross join clock
   )
   update lane l set next_slot = r.base + r.taken / r.rate * interval '1 s'
   from r where l.connection_id = r.connection_id and l.sender = r.sender
   returning l.connection_id, l.sender, ${epochMs('r.base')} as slot, ${epochMs('r.at')} as clock`,
);

/**
 * Takes as many slots of lanes as messages were taken out of them: the last thing before the commit, so that they are
 * used when they come. The lanes must be locked.
 */
export function advanceLanes(trx: Trx, lanes: readonly Advance[]): Promise<Advanced[]> {
  return lanes.length === 0 ? Promise.resolve([]) : advanceRows(trx, [JSON.stringify(lanes)]);
}

/** Makes sure that lanes have a row, which is what limits them. */
export async function openLanes(trx: Trx, lanes: readonly Lane[]): Promise<void> {
  if (lanes.length > 0) await openRows(trx, [JSON.stringify(lanes)]);
}

/** Reserves that many slots in a row. Throws `Unavailable`. */
export async function reserveSlots(
  db: Executor,
  { connection_id, sender }: Lane,
  { rate, count }: { rate: number; count: number },
): Promise<Reserved> {
  const [row] = await available(reserveRows(db, [connection_id, sender, rate, count]));
  if (row === undefined) throw new Error('no slot was returned');
  return row;
}
