import type { ConnectionId } from '@parley/contracts/ids';

/** Most webhooks of one connection that are logged in a second although nobody signed them, in each process. */
export const MAX_FORGED_A_SECOND = 10;

/**
 * Makes the function that says whether one more webhook without a valid signature may be logged for a connection at
 * `now` (ms): else anybody could fill the disk.
 */
export function forgedLimit(): (connection: ConnectionId, now: number) => boolean {
  const counts = new Map<ConnectionId, number>();
  let second = 0;
  return (connection, now) => {
    const current = Math.floor(now / 1_000);
    if (current !== second) counts.clear();
    second = current;
    const count = (counts.get(connection) ?? 0) + 1;
    counts.set(connection, count);
    return count <= MAX_FORGED_A_SECOND;
  };
}
