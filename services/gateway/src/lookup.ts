import { createCache } from '@parley/platform/directory';
import { createBatcher, type Metrics } from '@parley/platform/runtime';

export interface LookupOptions<Value> {
  name: string;
  metrics: Metrics;
  /** Finds the values of these keys; a key that names nothing has none. */
  load(keys: readonly string[]): Promise<ReadonlyMap<string, Value>>;
}

/** Things of our own directory by a key that strangers choose. */
export interface Lookup<Value> {
  /** The value, at most 5 s old; null when there is none. Throws `Unavailable` or `QueueFull`. */
  find(key: string): Promise<Value | null>;
  /** Forgets everything: the next `find` sees what is committed by then. */
  forget(): void;
}

/** Leaves a second for the load itself, so that nothing older than 5 s is ever used. */
const MAX_AGE_MS = 4_000;
/** More than one process can be asked for within `MAX_AGE_MS`, so a flood of garbage displaces nothing in use. */
const MAX_ENTRIES = 50_000;
const MAX_QUEUED = 2_000;

/**
 * Remembers what was found and what was not, and gathers what it does not know into one statement at a time:
 * however many unknown keys are tried, the database sees a bounded number of statements.
 */
export function createLookup<Value>({ name, metrics, load }: LookupOptions<Value>): Lookup<Value> {
  const loads = createBatcher<string, Value | null>({
    name,
    metrics,
    maxItems: 500,
    waitMs: 0,
    maxQueued: MAX_QUEUED,
    flush: async (keys) => {
      const found = await load(keys);
      return keys.map((key) => found.get(key) ?? null);
    },
  });
  const cache = createCache<string, Value | null>({
    maxAgeMs: MAX_AGE_MS,
    maxEntries: MAX_ENTRIES,
    load: (key) => loads.add(key),
  });
  return { find: (key) => cache.get(key), forget: () => cache.clear() };
}
