import { describe, expect, test } from '@jest/globals';
import { Unavailable } from '../runtime/unavailable.ts';
import { createCache } from './cache.ts';

/** A cache whose loads settle when the test says so, oldest first. */
function steered({ maxAgeMs = 60_000, maxEntries = 10 } = {}) {
  const loads: { key: string; settle(value: number): void; fail(error: Error): void }[] = [];
  const cache = createCache<string, number>({
    maxAgeMs,
    maxEntries,
    load: (key) => new Promise((settle, fail) => loads.push({ key, settle, fail })),
  });
  const next = () => {
    const load = loads.shift();
    if (load === undefined) throw new Error('nothing is being loaded');
    return load;
  };
  return { cache, loads, next };
}

describe('a cache', () => {
  test('loads once for everyone who asks meanwhile, and not again while the value is fresh', async () => {
    const { cache, loads, next } = steered();
    const both = Promise.all([cache.get('a'), cache.get('a')]);
    expect(loads).toHaveLength(1);
    next().settle(1);
    expect(await both).toEqual([1, 1]);
    expect(await cache.get('a')).toBe(1);
    expect(loads).toHaveLength(0);
  });

  test('loads again what is too old', async () => {
    const { cache, next } = steered({ maxAgeMs: 0 });
    const first = cache.get('a');
    next().settle(1);
    await first;
    const second = cache.get('a');
    next().settle(2);
    expect(await second).toBe(2);
  });

  test('loads again what is not good enough, also when others wait for a load that began earlier', async () => {
    const { cache, next } = steered();
    const early = cache.get('a');
    const demanding = cache.get('a', (version) => version >= 2);
    next().settle(1);
    expect(await early).toBe(1);
    await Promise.resolve();
    next().settle(2);
    expect(await demanding).toBe(2);
    expect(await cache.get('a')).toBe(2);
  });

  test('never keeps what was loaded before a drop, whichever load ends last', async () => {
    const { cache, next } = steered();
    const stale = cache.get('a');
    const staleLoad = next();
    cache.drop('a');
    const fresh = cache.get('a');
    const freshLoad = next();
    staleLoad.settle(1);
    expect(await stale).toBe(1);
    freshLoad.settle(2);
    expect(await fresh).toBe(2);
    expect(await cache.get('a')).toBe(2);
  });

  test('lets the oldest entry go when it is full', async () => {
    const { cache, loads, next } = steered({ maxEntries: 2 });
    for (const key of ['a', 'b', 'c']) {
      const value = cache.get(key);
      next().settle(1);
      await value;
    }
    await cache.get('c');
    await cache.get('b');
    expect(loads).toHaveLength(0);
    const again = cache.get('a');
    next().settle(2);
    expect(await again).toBe(2);
  });

  test('says Unavailable when the database is away, and tries again at the next question', async () => {
    const { cache, next } = steered();
    const failed = cache.get('a');
    next().fail(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }));
    await expect(failed).rejects.toBeInstanceOf(Unavailable);
    const again = cache.get('a');
    next().settle(1);
    expect(await again).toBe(1);
  });
});
