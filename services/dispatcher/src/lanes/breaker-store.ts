import type { ConnectionId } from '@parley/contracts/ids';
import { available, prepared, type Executor } from '@parley/platform/db';
import type { Trx } from '../database.ts';

/** A breaker that is not closed. */
export interface OpenBreaker {
  connection_id: ConnectionId;
  /** How much longer nobody else may call, ms; not positive: whoever is first may try. */
  ms: number;
  /** Somebody is trying. */
  probing: boolean;
}

const FIRST_OPEN_S = 5;
const LONGEST_OPEN_S = 60;
/** A breaker that was closed for so long opens for a short time again, s. */
const CALM_S = 60;

const openFor = (trips: string): string =>
  `clock_timestamp() + least(${LONGEST_OPEN_S}, ${FIRST_OPEN_S} * 2 ^ (${trips} - 1)) * (0.9 + 0.2 * $2::float8) * interval '1 s'`;
const NEXT_TRIP = `case when breaker.closed_at < now() - interval '${CALM_S} s' then 1 else breaker.trips + 1 end`;

const openBreakers = prepared<{ open_until: string }>(
  'breaker-open',
  `insert into breaker (connection_id, open_until) values ($1, ${openFor('1')})
   on conflict (connection_id) do update set trips = ${NEXT_TRIP}, open_until = ${openFor(`least(20, ${NEXT_TRIP})`)},
     probing = false, closed_at = null
     where breaker.closed_at is not null or breaker.probing
   returning open_until`,
);

const takeProbes = prepared<{ connection_id: ConnectionId }>(
  'breaker-probe',
  `update breaker set probing = true, open_until = clock_timestamp() + $2::int * interval '1 ms'
   where connection_id = $1 and closed_at is null and open_until <= clock_timestamp()
   returning connection_id`,
);

const closeBreakers = prepared(
  'breaker-close',
  'update breaker set closed_at = now(), probing = false where connection_id = $1 and closed_at is null and probing',
);

const releaseProbes = prepared(
  'breaker-release',
  'update breaker set open_until = now(), probing = false where connection_id = $1 and closed_at is null and probing',
);

const selectOpen = prepared<OpenBreaker>(
  'breaker-load',
  `select connection_id, probing, extract(epoch from open_until - clock_timestamp())::float8 * 1000 as ms
   from breaker where closed_at is null`,
);

/**
 * Opens a breaker that was closed or tried: for 5 s, twice as long each time, 60 s at most, a tenth more or less by
 * chance; `random` is in [0, 1). Returns until when, or null when someone else was faster.
 */
export async function openBreaker(trx: Trx, id: ConnectionId, random: number): Promise<string | null> {
  const [row] = await openBreakers(trx, [id, random]);
  return row?.open_until ?? null;
}

/** Takes the right to try a connection, for `ms`; false when the breaker is closed or someone else has it. */
export async function takeProbe(db: Executor, id: ConnectionId, ms: number): Promise<boolean> {
  return (await available(takeProbes(db, [id, ms]))).length > 0;
}

/** Closes a breaker after a try that succeeded. */
export async function closeBreaker(db: Executor, id: ConnectionId): Promise<void> {
  await available(closeBreakers(db, [id]));
}

/** Gives the right to try back, for nothing was tried. */
export async function releaseProbe(db: Executor, id: ConnectionId): Promise<void> {
  await available(releaseProbes(db, [id]));
}

/** Every breaker that is not closed. Throws `Unavailable`. */
export function loadBreakers(db: Executor): Promise<OpenBreaker[]> {
  return available(selectOpen(db, []));
}
