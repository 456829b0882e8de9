import { asUnavailable } from '../db/failures.ts';

export interface CacheOptions<Key, Value> {
  maxAgeMs: number;
  /** The oldest entries make room. */
  maxEntries: number;
  load(key: Key): Promise<Value>;
}

/** Values by key, loaded when missing, too old or not good enough; concurrent askers share one load. */
export interface Cache<Key, Value> {
  /** Throws `Unavailable` when the value cannot be loaded. */
  get(key: Key, goodEnough?: (value: Value) => boolean): Promise<Value>;
  drop(key: Key): void;
  clear(): void;
}

/** Makes a cache that never holds an entry longer than `maxAgeMs`. */
export function createCache<Key, Value>({
  maxAgeMs,
  maxEntries,
  load,
}: CacheOptions<Key, Value>): Cache<Key, Value> {
  const entries = new Map<Key, { value: Value; expires: number }>();
  const loading = new Map<Key, Promise<Value>>();

  async function loadFresh(key: Key): Promise<Value> {
    try {
      const value = await load(key);
      // A drop during the load means that the value may be stale already: serve it once, keep nothing.
      if (loading.has(key)) remember(key, value);
      return value;
    } catch (error) {
      throw asUnavailable(error);
    } finally {
      loading.delete(key);
    }
  }

  function remember(key: Key, value: Value): void {
    entries.delete(key);
    entries.set(key, { value, expires: Date.now() + maxAgeMs });
    const oldest = entries.keys().next();
    if (entries.size > maxEntries && !oldest.done) entries.delete(oldest.value);
  }

  return {
    get: (key, goodEnough = () => true) => {
      const entry = entries.get(key);
      if (entry !== undefined && entry.expires > Date.now() && goodEnough(entry.value))
        return Promise.resolve(entry.value);
      const running = loading.get(key) ?? loadFresh(key);
      loading.set(key, running);
      return running;
    },
    drop: (key) => {
      entries.delete(key);
      loading.delete(key);
    },
    clear: () => {
      entries.clear();
      loading.clear();
    },
  };
}
