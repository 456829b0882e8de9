import type { ConnectionId } from '@parley/contracts/ids';
import type { WebhookItem } from '@parley/contracts/requests/receive-webhooks';
import { MAX_FORGED_BODY, MAX_FORGED_URL } from './line.ts';

/** How much is logged of what nobody signed, of each connection in each process: each limit for itself. */
export interface ForgedLimits {
  webhooks: readonly Limit[];
  /** On disk, roughly. */
  bytes: readonly Limit[];
}

interface Limit {
  at_once: number;
  /** How much of that comes back, evenly. */
  a_day: number;
}

const DAY_MS = 24 * 3_600_000;

/**
 * Ten a second, for an hour: so what a provider sent while its secret was mistyped here can be replayed. Of a flood that
 * never ends 30 days hold some 200 MB.
 */
export const FORGED_LIMITS: ForgedLimits = {
  webhooks: [
    { at_once: 10, a_day: 10 * (DAY_MS / 1_000) },
    { at_once: 36_000, a_day: 3_600 },
  ],
  bytes: [{ at_once: 50_000_000, a_day: 5_000_000 }],
};

/** What a row takes besides body and URL: its headers, its own columns and its places in the indexes. */
const ROW_BYTES = 1_000;

/** Says whether one more webhook without a valid signature may be logged at `now` (ms). */
export type MayBeLogged = (item: WebhookItem, now: number) => boolean;

/** Makes that limit: without it anybody could fill the disk. */
export function forgedLimit({ webhooks, bytes }: ForgedLimits = FORGED_LIMITS): MayBeLogged {
  const connections = new Map<ConnectionId, { left: readonly number[]; at: number }>();
  const limits = [...webhooks, ...bytes];
  const full = limits.map(({ at_once }) => at_once);
  return (item, now) => {
    const before = connections.get(item.connection_id) ?? { left: full, at: now };
    const days = Math.max(0, now - before.at) / DAY_MS;
    const left = limits.map(({ at_once, a_day }, which) =>
      Math.min(at_once, (before.left[which] ?? 0) + days * a_day),
    );
    const size = bytesOf(item);
    const costs = limits.map((_, which) => (which < webhooks.length ? 1 : size));
    const after = left.map((amount, which) => amount - (costs[which] ?? 0));
    const isAllowed = after.every((amount) => amount >= 0);
    connections.set(item.connection_id, { left: isAllowed ? after : left, at: now });
    return isAllowed;
  };
}

function bytesOf({ url, body_base64 }: WebhookItem): number {
  const body = Math.min(Buffer.byteLength(body_base64, 'base64'), MAX_FORGED_BODY);
  // As it is shown, and as it is verified by.
  return ROW_BYTES + body + 2 * Math.min(url.length, MAX_FORGED_URL);
}
