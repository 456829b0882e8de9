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
  `insert into lane as l (connection_id, sender, next_slot)
   values ($1, $2, clock_timestamp() + $4::int / $3::float8 * interval '1 s')
   on conflict (connection_id, sender) do update
     set next_slot = greatest(l.next_slot, clock_timestamp()) + $4::int / $3::float8 * interval '1 s'
   returning ${epochMs('new.next_slot')} - $4::int / $3::float8 * 1000 as slot`,
);

/** Makes sure that lanes have a row, which is what limits them. */
export async function openLanes(trx: Trx, lanes: readonly Lane[]): Promise<void> {
  if (lanes.length > 0) await openRows(trx, [JSON.stringify(lanes)]);
}

/** Reserves that many slots in a row and returns the first, epoch ms of the database. Throws `Unavailable`. */
export async function reserveSlots(
  db: Executor,
  { connection_id, sender }: Lane,
  { rate, count }: { rate: number; count: number },
): Promise<number> {
  const [row] = await available(reserveRows(db, [connection_id, sender, rate, count]));
  if (row === undefined) throw new Error('no slot was returned');
  return row.slot;
}
