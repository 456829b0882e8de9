import { available } from '../db/failures.ts';

export interface CacheOptions<Key, Value> {
  maxAgeMs: number;
  /** The oldest entries make room. */
  maxEntries: number;
  load(key: Key): Promise<Value>;
}

/** Values by key, loaded when missing, too old or not good enough; concurrent askers share one load. */
export interface Cache<Key, Value> {
  /**
   * The value, loaded anew unless what is there is good enough; what comes of that is the answer, good enough or
   * not. Throws `Unavailable` when the value cannot be loaded.
   */
  get(key: Key, goodEnough?: (value: Value) => boolean): Promise<Value>;
  drop(key: Key): void;
  clear(): void;
}

/** Makes a cache that never holds an entry longer than `maxAgeMs`. */
export function createCache<Key, Value>(options: CacheOptions<Key, Value>): Cache<Key, Value> {
  const entries = createEntries<Key, Value>(options);
  const loading = new Map<Key, Promise<Value>>();

  function startLoading(key: Key): Promise<Value> {
    const running = available(options.load(key))
      .then((value) => {
        // A drop during the load means that the value may be stale already: serve it once, keep nothing.
        if (loading.get(key) === running) entries.put(key, value);
        return value;
      })
      .finally(() => {
        if (loading.get(key) === running) loading.delete(key);
      });
    loading.set(key, running);
    return running;
  }

  async function get(key: Key, goodEnough: (value: Value) => boolean = () => true): Promise<Value> {
    const entry = entries.get(key);
    if (entry !== undefined && goodEnough(entry.value)) return entry.value;
    const running = loading.get(key);
    if (running !== undefined) {
      const value = await running;
      if (goodEnough(value)) return value;
    }
    // What is being loaded now has begun after this was asked for.
    return loading.get(key) ?? startLoading(key);
  }

  return {
    get,
    drop: (key) => {
      entries.drop(key);
      loading.delete(key);
    },
    clear: () => {
      entries.clear();
      loading.clear();
    },
  };
}

/** Entries that are not too old; the oldest make room. */
function createEntries<Key, Value>({ maxAgeMs, maxEntries }: Omit<CacheOptions<Key, Value>, 'load'>) {
  const entries = new Map<Key, { value: Value; expires: number }>();
  return {
    get: (key: Key): { value: Value } | undefined => {
      const entry = entries.get(key);
      return entry !== undefined && entry.expires > Date.now() ? entry : undefined;
    },
    put: (key: Key, value: Value): void => {
      entries.delete(key);
      entries.set(key, { value, expires: Date.now() + maxAgeMs });
      const oldest = entries.keys().next();
      if (entries.size > maxEntries && !oldest.done) entries.delete(oldest.value);
    },
    drop: (key: Key): boolean => entries.delete(key),
    clear: (): void => entries.clear(),
  };
}
