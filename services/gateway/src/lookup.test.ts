import { describe, expect, test } from '@jest/globals';
import { createMetrics, Unavailable } from '@parley/platform/runtime';
import { createLookup } from './lookup.ts';

function counted() {
  const loads: string[][] = [];
  const values = new Map([['known', 1]]);
  const state = { down: false };
  const lookup = createLookup({
    name: 'test',
    metrics: createMetrics('test'),
    load: async (keys) => {
      loads.push([...keys]);
      if (state.down) throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
      return values;
    },
  });
  return { lookup, loads, values, state };
}

describe('a lookup', () => {
  test('remembers what there is and what there is not', async () => {
    const { lookup, loads } = counted();
    for (const _ of [1, 2]) {
      expect(await lookup.find('known')).toBe(1);
      expect(await lookup.find('unknown')).toBeNull();
    }
    expect(loads).toEqual([['known'], ['unknown']]);
  });

  test('finds many unknown keys with few statements', async () => {
    const { lookup, loads } = counted();
    const keys = Array.from({ length: 1_000 }, (_, index) => `garbage ${index}`);
    await Promise.all(keys.map((key) => lookup.find(key)));
    expect(loads.length).toBeLessThanOrEqual(3);
  });

  test('looks again after it was told to forget', async () => {
    const { lookup, values } = counted();
    await lookup.find('known');
    values.set('known', 2);
    expect(await lookup.find('known')).toBe(1);
    lookup.forget();
    expect(await lookup.find('known')).toBe(2);
  });

  test('says Unavailable while the database is away, and nothing about the key', async () => {
    const { lookup, state } = counted();
    state.down = true;
    await expect(lookup.find('known')).rejects.toBeInstanceOf(Unavailable);
    state.down = false;
    expect(await lookup.find('known')).toBe(1);
  });
});
