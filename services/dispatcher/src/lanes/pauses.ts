import { EVERY_SENDER, laneName, type Lane } from './lane.ts';

/** Something that is true until a time. */
export interface Known {
  until: number;
  /** When it was learnt. */
  at: number;
}

/** The pauses that a process knows of. */
export interface Pauses {
  /** How much longer a lane is paused, by itself or with its connection, ms; 0 = it is not. */
  remainingMs(lane: Lane): number;
  /** A longer pause stays. */
  learn(lane: Lane, until: number): void;
  /** Forgets what was learnt before a time. */
  forget(before: number): void;
}

/** Makes an empty memory of pauses. `now` gives a monotonic time in ms, like all times here. */
export function createPauses(now: () => number): Pauses {
  const pauses = new Map<string, Known>();
  const remaining = (lane: Lane): number => Math.max(0, (pauses.get(laneName(lane))?.until ?? 0) - now());
  return {
    remainingMs: (lane) => {
      if (pauses.size === 0) return 0;
      return Math.max(remaining(lane), remaining({ ...lane, sender: EVERY_SENDER }));
    },
    learn: (lane, until) => {
      const name = laneName(lane);
      if ((pauses.get(name)?.until ?? 0) < until) pauses.set(name, { until, at: now() });
    },
    forget: (before) => forgetBefore(pauses, before),
  };
}

/** Forgets what was learnt before a time. */
export function forgetBefore<Key>(entries: Map<Key, Known>, before: number): void {
  for (const [key, { at }] of entries) if (at < before) entries.delete(key);
}
