import { available, prepared, type Executor } from '@parley/platform/db';
import type { Trx } from '../database.ts';
import type { Lane } from './lane.ts';

/** SQL for a time as ms since the epoch, with fractions. */
export const epochMs = (time: string): string => `extract(epoch from ${time})::float8 * 1000`;

const openRows = prepared(
  'lanes-open',
  `insert into lane (connection_id, sender)
   select connection_id, sender from jsonb_to_recordset($1) as r(connection_id text, sender text)
   order by connection_id, sender
   on conflict (connection_id, sender) do nothing`,
);

const reserveRows = prepared<{ slot: number }>(
  'lanes-reserve',
  `with clock as materialized (select clock_timestamp() as at)
   update lane l set next_slot = greatest(l.next_slot, clock.at) + $4::int / $3::float8 * interval '1 s'
   from clock where l.connection_id = $1 and l.sender = $2
   returning ${epochMs('greatest(old.next_slot, clock.at)')} as slot`,
);

/** Makes sure that lanes have a row, which is what limits them. */
export async function openLanes(trx: Trx, lanes: readonly Lane[]): Promise<void> {
  if (lanes.length > 0) await openRows(trx, [JSON.stringify(lanes)]);
}

/** Reserves that many slots in a row for a lane that has a row, and returns the first, epoch ms of the database;
 * null when it has none. Throws `Unavailable`. */
export async function reserveSlots(
  db: Executor,
  { connection_id, sender }: Lane,
  { rate, count }: { rate: number; count: number },
): Promise<number | null> {
  const [row] = await available(reserveRows(db, [connection_id, sender, rate, count]));
  return row?.slot ?? null;
}
