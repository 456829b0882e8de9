import type { TimelineEntry } from '@parley/contracts/timeline';
import { NO_CONNECTION } from '../reason-to-wait.ts';
import type { StoredWait } from './store.ts';

/**
 * That a message waits for its turn right now, and why. Where many wait, that is no note of each: the lane they wait in
 * tells it for as long as they do.
 */
export function entryOfWait({
  connection_id,
  sender,
  since,
  paused_until,
  reason,
}: StoredWait): TimelineEntry {
  const lane = `in the lane of ${sender} at ${connection_id}`;
  const pause = paused_until === null ? '' : `, which is paused until ${paused_until}`;
  const why = reason === null ? '' : ` (${reason})`;
  const summary =
    reason === NO_CONNECTION
      ? `Waits ${lane} until a connection of the account can send it.`
      : `Waits for its turn ${lane}${pause}${why}.`;
  return {
    at: since,
    event: 'waiting',
    service: 'dispatcher',
    provider: connection_id,
    summary,
    details: { sender, paused_until, reason },
  };
}
