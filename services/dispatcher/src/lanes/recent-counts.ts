/** Counts by key how often something happened lately. */
export interface RecentCounts {
  add(key: string, count: number): void;
  /** How often in the last two seconds, to a quarter of a second. */
  of(key: string): number;
}

const BUCKETS = 8;
const BUCKET_MS = 250;
/** So many keys are kept, quiet or not. */
const MANY = 1_000;

interface Counted {
  buckets: number[];
  /** The number of the newest bucket since the beginning. */
  newest: number;
  total: number;
}

/** Makes the counts. `now` gives a monotonic time in ms. */
export function createRecentCounts(now: () => number = () => performance.now()): RecentCounts {
  const counts = new Map<string, Counted>();
  let tidied = 0;

  function forgetQuiet(newest: number): void {
    if (counts.size < MANY || newest === tidied) return;
    tidied = newest;
    for (const [key, counted] of counts) if (newest - counted.newest >= BUCKETS) counts.delete(key);
  }

  return {
    add: (key, count) => {
      const newest = Math.floor(now() / BUCKET_MS);
      forgetQuiet(newest);
      const counted = counts.get(key) ?? { buckets: Array<number>(BUCKETS).fill(0), newest, total: 0 };
      counts.set(key, counted);
      advance(counted, newest);
      const index = newest % BUCKETS;
      counted.buckets[index] = (counted.buckets[index] ?? 0) + count;
      counted.total += count;
    },
    of: (key) => {
      const counted = counts.get(key);
      if (counted === undefined) return 0;
      advance(counted, Math.floor(now() / BUCKET_MS));
      return counted.total;
    },
  };
}

/** Empties the buckets whose time is over. */
function advance(counted: Counted, newest: number): void {
  const steps = Math.min(newest - counted.newest, BUCKETS);
  for (let step = 1; step <= steps; step += 1) {
    const index = (newest - steps + step) % BUCKETS;
    counted.total -= counted.buckets[index] ?? 0;
    counted.buckets[index] = 0;
  }
  counted.newest = newest;
}
