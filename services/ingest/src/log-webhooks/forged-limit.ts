import type { ConnectionId } from '@parley/contracts/ids';

/** Most webhooks of one connection that are logged at once although nobody signed them, in each process. */
export const MAX_FORGED_AT_ONCE = 10;
/** How many more of them are logged in a day, evenly: some 9 MB where each is as long as what is kept. */
export const MAX_FORGED_A_DAY = 1_000;

const DAY_MS = 24 * 3_600_000;

/**
 * Makes the function that says whether one more webhook without a valid signature may be logged for a connection at
 * `now` (ms): else anybody could fill the disk.
 */
export function forgedLimit(): (connection: ConnectionId, now: number) => boolean {
  const buckets = new Map<ConnectionId, { tokens: number; at: number }>();
  return (connection, now) => {
    const { tokens, at } = buckets.get(connection) ?? { tokens: MAX_FORGED_AT_ONCE, at: now };
    const back = (Math.max(0, now - at) * MAX_FORGED_A_DAY) / DAY_MS;
    const left = Math.min(MAX_FORGED_AT_ONCE, tokens + back);
    const isAllowed = left >= 1;
    buckets.set(connection, { tokens: isAllowed ? left - 1 : left, at: now });
    return isAllowed;
  };
}
