import { beforeEach, expect, test } from '@jest/globals';
import type { ExportItem, ExportPage } from '@parley/contracts/requests/export';
import { QueueFull } from '../runtime/batcher.ts';
import { Unavailable } from '../runtime/unavailable.ts';
import { replayPages, type ReplayOptions } from './replay-pages.ts';

const SINCE = '2026-01-15T09:00:00.000Z';
const NEXT = { changed_at: SINCE, id: '019bc1f0-0000-7000-8000-000000000001' };
const PAGES: readonly ExportPage<string>[] = [
  { rows: ['a', 'b'], next: NEXT },
  { rows: [], next: NEXT },
  { rows: ['c'], next: null },
];

let asked: ExportItem['after'][];
let applied: string[];
/** Thrown one after the other, before anything works. */
let failures: Error[];
let stopping: AbortController;

beforeEach(() => {
  [asked, applied, failures, stopping] = [[], [], [], new AbortController()];
});

function replay(overrides: Partial<ReplayOptions<string>> = {}): Promise<void> {
  return replayPages<string>({
    ask: async ({ after }) => {
      asked.push(after);
      return PAGES[asked.length - 1] ?? { rows: [], next: null };
    },
    apply: async (rows) => {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      applied.push(...rows);
    },
    since: SINCE,
    signal: stopping.signal,
    ...overrides,
  });
}

test('applies every page until the last', async () => {
  await replay();
  expect([applied, asked]).toEqual([
    ['a', 'b', 'c'],
    [null, NEXT, NEXT],
  ]);
});

test('tries a page again while the trouble may pass, and does not ask for it anew', async () => {
  failures = [new Unavailable('starting'), new QueueFull('full')];
  await replay();
  expect([applied, asked.length]).toEqual([['a', 'b', 'c'], 3]);
});

test('throws at once what does not pass', async () => {
  failures = [new Error('a fault')];
  await expect(replay()).rejects.toThrow('a fault');
  expect(applied).toEqual([]);
});

test('throws when an owner stays away', async () => {
  const ask = async () => {
    asked.push(null);
    throw new Unavailable('away');
  };
  await expect(replay({ ask })).rejects.toBeInstanceOf(Unavailable);
  expect(asked).toHaveLength(5);
});

test('asks for no other page once the service stops', async () => {
  await expect(replay({ apply: async () => stopping.abort() })).rejects.toThrow('aborted');
  expect(asked).toHaveLength(1);
});
