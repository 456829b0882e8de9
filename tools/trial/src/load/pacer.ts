/** Says when requests are to be started. All times are milliseconds of one clock. */
export interface Pacer {
  /** Takes the next request that should have started by `now` and before `until`; null when there is none. */
  take(now: number, until: number): number | null;
  /** How many requests that should have started before `until` have not been taken. */
  owed(until: number): number;
}

/** A closed loop: whoever is free starts the next request, so the system sets the pace. */
export function closedLoop(): Pacer {
  return { take: (now, until) => (now < until ? now : null), owed: () => 0 };
}

/**
 * An open loop: one request every 1/`perSecond` s from `startAt` on, whether or not the earlier ones were answered.
 * `take` returns the intended start, not `now`: latency measured from it includes the time a request had to wait
 * for a free connection, which a slow system would otherwise hide (coordinated omission).
 */
export function openLoop(startAt: number, perSecond: number): Pacer {
  let taken = 0;
  const intended = (index: number): number => startAt + (index * 1_000) / perSecond;
  return {
    take: (now, until) => {
      const at = intended(taken);
      if (at > now || at >= until) return null;
      taken += 1;
      return at;
    },
    owed: (until) => Math.max(0, Math.ceil(((until - startAt) * perSecond) / 1_000) - taken),
  };
}
