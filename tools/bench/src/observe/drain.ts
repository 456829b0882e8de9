import { setTimeout as delay } from 'node:timers/promises';
import type { Counts } from './counts.ts';

/** What is waited for. */
export interface DrainGoal {
  /** Messages answered 202. */
  accepted: number;
  /** With receipts a message has gone all the way when it is delivered, else when it is sent. */
  receipts: boolean;
}

export interface DrainOptions {
  read(): Promise<Counts>;
  /** Hears every look. */
  seen(counts: Counts): void;
  signal?: AbortSignal | undefined;
  /** How long to wait without any progress, ms. Longer than the reconciler lets a message lie. */
  patienceMs?: number;
}

/** How it ended. */
export interface Drained {
  /** Null when nothing could be read at all. */
  counts: Counts | null;
  complete: boolean;
  /** Epoch ms of the last look. */
  at: number;
}

const LOOK_EVERY_MS = 100;
const PATIENCE_MS = 120_000;

/**
 * Looks until every accepted message has gone all the way, or nothing has moved for a while. A look that fails
 * counts as one at which nothing has moved. Throws only when aborted.
 */
export async function drain(goal: DrainGoal, options: DrainOptions): Promise<Drained> {
  const { read, seen, signal, patienceMs = PATIENCE_MS } = options;
  let counts: Counts | null = null;
  let fewest = Infinity;
  let movedAt = performance.now();
  for (;;) {
    counts = (await read().catch(() => null)) ?? counts;
    const now = performance.now();
    const left = counts === null ? Infinity : remaining(goal, counts);
    if (counts !== null) seen(counts);
    if (left < fewest) [fewest, movedAt] = [left, now];
    const complete = left === 0;
    if (complete || now - movedAt > patienceMs) return { counts, complete, at: performance.timeOrigin + now };
    await delay(LOOK_EVERY_MS, undefined, { signal });
  }
}

const BEFORE_SENT = ['scheduled', 'queued', 'sending'];

/** How many accepted messages have not gone all the way, by the count that shows the most. */
export function remaining({ accepted, receipts }: DrainGoal, counts: Counts): number {
  const waiting = receipts ? [...BEFORE_SENT, 'sent'] : BEFORE_SENT;
  const pending = waiting.reduce((sum, status) => sum + (counts.byStatus[status] ?? 0), 0);
  return Math.max(accepted - counts.effects, accepted - counts.projected, pending, 0);
}
