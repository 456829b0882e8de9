import type { LanePaused } from '@parley/contracts/notices/lane-paused';
import { available, prepared, type Executor } from '@parley/platform/db';
import type { Trx } from '../database.ts';
import type { Lane } from './lane.ts';

/** A lane that is to be paused, or all of a connection. */
export interface LanePause extends Lane {
  /** From now on. */
  ms: number;
  reason: Exclude<LanePaused['reason'], 'breaker_open'>;
}

/** A lane that is paused until an instant. */
export interface PausedLane extends Lane {
  paused_until: string;
  reason: LanePause['reason'];
}

const pauseRows = prepared<PausedLane>(
  'lanes-pause',
  `insert into lane (connection_id, sender, paused_until, reason)
   select connection_id, sender, clock_timestamp() + ms * interval '1 ms', reason
   from jsonb_to_recordset($1) as r(connection_id text, sender text, ms float8, reason text)
   order by connection_id, sender
   on conflict (connection_id, sender) do update set paused_until = excluded.paused_until, reason = excluded.reason
     where lane.paused_until is null or lane.paused_until < excluded.paused_until
   returning connection_id, sender, paused_until, reason`,
);

const selectPaused = prepared<LanePause>(
  'lanes-paused',
  `select connection_id, sender, reason, extract(epoch from paused_until - clock_timestamp())::float8 * 1000 as ms
   from lane where paused_until > now() order by paused_until desc limit $1`,
);

/** Pauses lanes, each named once, and returns those that were not paused for as long already. */
export function pauseLanes(trx: Trx, pauses: readonly LanePause[]): Promise<PausedLane[]> {
  return pauses.length === 0 ? Promise.resolve([]) : pauseRows(trx, [JSON.stringify(pauses)]);
}

/** Up to `limit` lanes that are paused, those for longest first, and for how much longer. Throws `Unavailable`. */
export function loadPauses(db: Executor, limit: number): Promise<LanePause[]> {
  return available(selectPaused(db, [limit]));
}
