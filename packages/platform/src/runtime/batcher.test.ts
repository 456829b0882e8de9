import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createBatcher, QueueFull, type BatcherOptions } from './batcher.ts';

/** A batcher whose flushes wait until the test lets them go. */
function steered(options: Partial<BatcherOptions<number, string>> = {}) {
  const flushes: { items: number[]; done: () => void; fail: (error: Error) => void }[] = [];
  const batcher = createBatcher<number, string>({
    name: 'test',
    maxItems: 100,
    waitMs: 0,
    maxQueued: 1_000,
    flush: (items) =>
      new Promise((resolve, reject) => {
        flushes.push({ items, done: () => resolve(items.map((item) => `did ${item}`)), fail: reject });
      }),
    ...options,
  });
  /** The flush with this number, once it has begun. */
  const flushed = async (number: number) => {
    for (;;) {
      const flush = flushes[number];
      if (flush !== undefined) return flush;
      await new Promise(setImmediate);
    }
  };
  return { ...batcher, flushes, flushed };
}

describe('gathering', () => {
  test('items that come while a flush is in flight wait and go together with the next', async () => {
    const batcher = steered();
    const first = batcher.add(1);
    const flight = await batcher.flushed(0);
    const others = [batcher.add(2), batcher.add(3)];
    await new Promise(setImmediate);
    expect(batcher.flushes).toHaveLength(1);
    flight.done();
    (await batcher.flushed(1)).done();
    expect(await Promise.all([first, ...others])).toEqual(['did 1', 'did 2', 'did 3']);
    expect(batcher.flushes.map(({ items }) => items)).toEqual([[1], [2, 3]]);
  });

  test('items that gathered during a flush wait for company too where that is asked for, but not a full batch', async () => {
    const batcher = steered({ maxItems: 2, waitMs: 1_000_000, alwaysWaits: true });
    const results = [1, 2, 3].map(batcher.add);
    (await batcher.flushed(0)).done();
    await results[1];
    await new Promise(setImmediate);
    expect(batcher.flushes).toHaveLength(1);
    results.push(...[4, 5, 6].map(batcher.add));
    (await batcher.flushed(1)).done();
    (await batcher.flushed(2)).done();
    await Promise.all(results);
    expect(batcher.flushes.map(({ items }) => items)).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
  });

  test('a full batch goes at once, without waiting for company', async () => {
    const batcher = steered({ maxItems: 2, waitMs: 1_000_000 });
    const results = [batcher.add(1), batcher.add(2)];
    (await batcher.flushed(0)).done();
    expect(await Promise.all(results)).toEqual(['did 1', 'did 2']);
  });

  test('so does one that weighs enough', async () => {
    const batcher = steered({ weight: { of: (item) => item, max: 10 }, waitMs: 1_000_000 });
    const results = [batcher.add(4), batcher.add(6)];
    (await batcher.flushed(0)).done();
    expect(await Promise.all(results)).toEqual(['did 4', 'did 6']);
  });

  test('a flush takes at most maxItems; the rest goes with the next', async () => {
    const batcher = steered({ maxItems: 2 });
    const results = [1, 2, 3, 4, 5].map(batcher.add);
    for (const number of [0, 1, 2]) (await batcher.flushed(number)).done();
    await Promise.all(results);
    expect(batcher.flushes.map(({ items }) => items)).toEqual([[1, 2], [3, 4], [5]]);
  });

  test('a flush weighs at most the allowed weight, but an item that is too heavy goes alone', async () => {
    const batcher = steered({ weight: { of: (item) => item, max: 10 } });
    const results = [6, 4, 1, 99, 2].map(batcher.add);
    for (const number of [0, 1, 2, 3]) (await batcher.flushed(number)).done();
    await Promise.all(results);
    expect(batcher.flushes.map(({ items }) => items)).toEqual([[6, 4], [1], [99], [2]]);
  });

  test('as many flushes run at once as it may have, once there is enough for them', async () => {
    const batcher = steered({ maxItems: 1, concurrency: 2 });
    const results = [1, 2, 3].map(batcher.add);
    const [first, second] = [await batcher.flushed(0), await batcher.flushed(1)];
    await new Promise(setImmediate);
    expect(batcher.flushes).toHaveLength(2);
    second.done();
    (await batcher.flushed(2)).done();
    first.done();
    expect(await Promise.all(results)).toEqual(['did 1', 'did 2', 'did 3']);
  });
});

describe('failing', () => {
  test('a full queue refuses with QueueFull and keeps what it has', async () => {
    const batcher = steered({ maxItems: 1, maxQueued: 1 });
    const inFlight = batcher.add(1);
    const waiting = batcher.add(2);
    await expect(batcher.add(3)).rejects.toBeInstanceOf(QueueFull);
    (await batcher.flushed(0)).done();
    (await batcher.flushed(1)).done();
    expect(await Promise.all([inFlight, waiting])).toEqual(['did 1', 'did 2']);
  });

  test('a flush that fails fails its own items only', async () => {
    const batcher = steered({ maxItems: 2 });
    const results = Promise.allSettled([1, 2, 3].map(batcher.add));
    (await batcher.flushed(0)).fail(new Error('refused'));
    (await batcher.flushed(1)).done();
    expect((await results).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  });

  test('a flush that answers with the wrong number of results fails its items instead of mixing them up', async () => {
    const batcher = steered({ flush: async () => ['only one'] });
    const results = await Promise.allSettled([batcher.add(1), batcher.add(2)]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  test('a flush that throws at once is a failed flush', async () => {
    const batcher = steered({
      flush: () => {
        throw new Error('at once');
      },
    });
    await expect(batcher.add(1)).rejects.toThrow('at once');
  });
});

describe('draining', () => {
  test('it resolves when what was queued, and what came meanwhile, has been flushed', async () => {
    const batcher = steered();
    const settled: string[] = [];
    void batcher.add(1).then(() => settled.push('first'));
    const drained = batcher.drain().then(() => settled.push('drained'));
    const flight = await batcher.flushed(0);
    void batcher.add(2).then(() => settled.push('second'));
    flight.done();
    (await batcher.flushed(1)).done();
    await drained;
    expect(settled).toEqual(['first', 'second', 'drained']);
  });

  test('an idle batcher is drained already', async () => {
    await expect(steered().drain()).resolves.toBeUndefined();
  });

  test('a failed flush does not keep it from draining', async () => {
    const batcher = steered();
    const result = batcher.add(1);
    const drained = batcher.drain();
    (await batcher.flushed(0)).fail(new Error('refused'));
    await expect(result).rejects.toThrow('refused');
    await expect(drained).resolves.toBeUndefined();
  });
});

test('whatever is added, everybody gets the own result, in batches in order and within the limits', async () => {
  const limits = { maxItems: fc.integer({ min: 1, max: 5 }), concurrency: fc.integer({ min: 1, max: 3 }) };
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(9)), fc.record(limits), async (weights, { maxItems, concurrency }) => {
      const batches: number[][] = [];
      const batcher = createBatcher<{ index: number; weight: number }, number>({
        name: 'test',
        maxItems,
        concurrency,
        waitMs: 0,
        maxQueued: weights.length,
        weight: { of: ({ weight }) => weight, max: 10 },
        flush: async (items) => {
          batches.push(items.map(({ index }) => index));
          await new Promise(setImmediate);
          return items.map(({ index }) => index);
        },
      });
      const results = await Promise.all(weights.map((weight, index) => batcher.add({ index, weight })));
      expect(results).toEqual(weights.map((_, index) => index));
      expect(batches.flat()).toEqual(results);
      for (const batch of batches) expect(batch.length).toBeLessThanOrEqual(maxItems);
    }),
    { numRuns: 50 },
  );
});
