import type { ConnectionId } from '@parley/contracts/ids';
import type { ConnectionHealth } from '@parley/contracts/requests/query-connections';
import type { StoredHealth } from './store.ts';

/** How a connection is doing, told by what is stored of it. An open breaker counts more than a pause. */
export function decideHealth(
  connection_id: ConnectionId,
  stored: StoredHealth | undefined,
): ConnectionHealth {
  const {
    paused_until = null,
    pause_reason = null,
    open_until = null,
    is_half_open,
    waiting = 0,
  } = stored ?? {};
  if (open_until === null)
    return { connection_id, breaker: 'closed', paused_until, reason: pause_reason, waiting };
  return is_half_open === true
    ? { connection_id, breaker: 'half_open', paused_until, reason: 'breaker_open', waiting }
    : { connection_id, breaker: 'open', paused_until: open_until, reason: 'breaker_open', waiting };
}
