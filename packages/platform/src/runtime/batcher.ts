import type { Metrics } from './metrics.ts';

/** The batcher holds as much as it may: nothing was taken, the caller should shed load. */
export class QueueFull extends Error {
  override readonly name = 'QueueFull';
}

export interface BatcherOptions<Item, Result> {
  name: string;
  /** Most items in one flush. */
  maxItems: number;
  /** How long an idle batcher waits for company, ms. A busy one flushes what gathered meanwhile. */
  waitMs: number;
  /**
   * Whether a busy batcher waits as well, unless a full flush has gathered: fewer and larger flushes, where they are
   * worth more than haste. Default false.
   */
  alwaysWaits?: boolean;
  /** Most items waiting; beyond it `add` rejects with QueueFull. */
  maxQueued: number;
  /** Flushes that may run at once. Default 1. */
  concurrency?: number;
  /** An item's weight and the most a flush may weigh (one item may weigh more, alone). */
  weight?: { of(item: Item): number; max: number };
  /** Handles a batch and returns one result an item, in order. If it throws, every item of the batch fails. */
  flush(items: Item[]): Promise<readonly Result[]>;
  metrics?: Metrics;
}

export interface Batcher<Item, Result> {
  /** Queues the item; settles with its own result once the batch it went with has been flushed. */
  add(item: Item): Promise<Result>;
  /** Resolves when everything queued so far and meanwhile has been flushed. */
  drain(): Promise<void>;
}

interface Entry<Item, Result> {
  item: Item;
  weight: number;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

const BATCH_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];

/**
 * Gathers single items into batches. While a flush is in flight new items wait and go with the next one, so
 * batches grow with load and a lone item waits only `waitMs`.
 */
export function createBatcher<Item, Result>(options: BatcherOptions<Item, Result>): Batcher<Item, Result> {
  const { waitMs, alwaysWaits = false, maxQueued, concurrency = 1, weight } = options;
  const flush = flushing(options);
  const queue = createQueue(options);
  const idle: (() => void)[] = [];
  let inFlight = 0;
  let cancelWait: (() => void) | null = null;

  function schedule(): void {
    if (inFlight >= concurrency) return;
    if (queue.isFull()) return flushNow();
    if (inFlight === 0) cancelWait ??= after(waitMs, flushNow);
  }

  function flushNow(): void {
    cancelWait?.();
    cancelWait = null;
    inFlight += 1;
    void flush(queue.take()).finally(() => {
      inFlight -= 1;
      goOn();
    });
  }

  function goOn(): void {
    if (queue.length() > 0) return alwaysWaits ? schedule() : flushNow();
    if (inFlight === 0) for (const resolve of idle.splice(0)) resolve();
  }

  return {
    add: (item) => {
      if (queue.length() >= maxQueued) return Promise.reject(new QueueFull(`${options.name} is full`));
      return new Promise((resolve, reject) => {
        queue.push({ item, weight: weight?.of(item) ?? 0, resolve, reject });
        schedule();
      });
    },
    drain: () => {
      if (inFlight === 0 && queue.length() === 0) return Promise.resolve();
      return new Promise((resolve) => idle.push(resolve));
    },
  };
}

/** Calls back after `ms`, which for 0 is as soon as what is happening now has happened; returns how to cancel that. */
function after(ms: number, callback: () => void): () => void {
  if (ms === 0) {
    const soon = setImmediate(callback);
    return () => clearImmediate(soon);
  }
  const timer = setTimeout(callback, ms);
  return () => clearTimeout(timer);
}

/** What waits for its flush. */
function createQueue<Item, Result>({ maxItems, weight }: BatcherOptions<Item, Result>) {
  let waiting: Entry<Item, Result>[] = [];
  let total = 0;

  /** How many of the first go into one flush: at least one. */
  function fitting(): number {
    let count = 0;
    let sum = 0;
    for (const entry of waiting) {
      sum += entry.weight;
      if (count === maxItems || (count > 0 && weight !== undefined && sum > weight.max)) break;
      count += 1;
    }
    return count;
  }

  return {
    length: () => waiting.length,
    /** Whether a flush would not take more if more came. */
    isFull: () => waiting.length >= maxItems || (weight !== undefined && total >= weight.max),
    push(entry: Entry<Item, Result>): void {
      waiting.push(entry);
      total += entry.weight;
    },
    /** Takes out what goes into one flush. */
    take(): Entry<Item, Result>[] {
      const taken = waiting.slice(0, fitting());
      waiting = waiting.slice(taken.length);
      for (const entry of taken) total -= entry.weight;
      return taken;
    },
  };
}

/** Makes the function that flushes a batch and settles each of its entries; it never rejects. */
function flushing<Item, Result>({ name, flush, metrics }: BatcherOptions<Item, Result>) {
  const sizes = metrics?.histogram('batch_size', 'Items in a flushed batch', ['batcher'], BATCH_BUCKETS);
  return async (batch: readonly Entry<Item, Result>[]): Promise<void> => {
    sizes?.observe({ batcher: name }, batch.length);
    try {
      const results = await flush(batch.map((entry) => entry.item));
      if (results.length !== batch.length)
        throw new Error(`${name}: ${results.length} results for ${batch.length} items`);
      for (const [index, result] of results.entries()) batch[index]?.resolve(result);
    } catch (error) {
      for (const entry of batch) entry.reject(error);
    }
  };
}
