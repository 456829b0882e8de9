import { setTimeout as delay } from 'node:timers/promises';

/** How far it has come: what is still on its way. */
interface Look {
  left: number;
}

export interface DrainOptions<Seen extends Look> {
  look(): Promise<Seen>;
  /** Hears every look. */
  seen(look: Seen): void;
  signal?: AbortSignal | undefined;
  /** How long to wait without any progress, ms. Longer than the reconciler lets a message lie. */
  patienceMs?: number | undefined;
}

/** How it ended. */
export interface Drained<Seen extends Look> {
  /** Null when nothing could be seen at all. */
  latest: Seen | null;
  complete: boolean;
  /** Epoch ms of the last look. */
  at: number;
}

const LOOK_EVERY_MS = 100;
const PATIENCE_MS = 120_000;

/**
 * Looks until nothing is left on its way, or nothing has moved for a while. A look that fails counts as one at which
 * nothing has moved. Throws only when aborted.
 */
export async function drain<Seen extends Look>(options: DrainOptions<Seen>): Promise<Drained<Seen>> {
  const { look, seen, signal, patienceMs = PATIENCE_MS } = options;
  let latest: Seen | null = null;
  let fewest = Infinity;
  let movedAt = performance.now();
  for (;;) {
    latest = (await look().catch(() => null)) ?? latest;
    const now = performance.now();
    const left = latest?.left ?? Infinity;
    if (latest !== null) seen(latest);
    if (left < fewest) [fewest, movedAt] = [left, now];
    const complete = left === 0;
    if (complete || now - movedAt > patienceMs) return { latest, complete, at: performance.timeOrigin + now };
    await delay(LOOK_EVERY_MS, undefined, { signal });
  }
}
