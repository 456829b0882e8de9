import { available, prepared, type Executor } from '@parley/platform/db';
import { repeat, type Logger, type Part } from '@parley/platform/runtime';

const INTERVAL_MS = 60_000;
const MAX_ROWS = 1_000;
/** What nobody has used for so long limits nobody and pauses nobody. */
const UNUSED = `interval '1 day'`;

const deleteUnused = prepared<{ sender: string }>(
  'lanes-forget',
  `delete from lane where (connection_id, sender) in (
     select connection_id, sender from lane
     where next_slot < now() - ${UNUSED} and coalesce(paused_until, '-infinity') < now() - ${UNUSED}
     order by next_slot limit $1 for update skip locked)
   returning sender`,
);

/** Forgets up to `limit` lanes that nobody uses any more and returns how many there were. Throws `Unavailable`. */
export async function forgetLanes(db: Executor, limit: number): Promise<number> {
  return (await available(deleteUnused(db, [limit]))).length;
}

/** The part that forgets lanes: senders come and go. */
export function laneForgetter(db: Executor, logger: Logger): Part {
  return repeat({
    name: 'forget lanes',
    intervalMs: INTERVAL_MS,
    run: async () => (await forgetLanes(db, MAX_ROWS)) === MAX_ROWS,
    logger,
  });
}
