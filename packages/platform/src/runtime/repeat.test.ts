import { afterEach, expect, test } from '@jest/globals';
import { testService, until } from '@parley/testkit';
import type { Part } from './part.ts';
import { repeat } from './repeat.ts';

const { logger } = testService('test', {});
const parts: Part[] = [];
afterEach(() => Promise.all(parts.splice(0).map((part) => part.stop())));

/** Repeats what the test gives; the number of the run is handed in, counted from 1. */
async function repeating(
  intervalMs: number,
  run: (count: number, stopping: AbortSignal) => Promise<boolean>,
) {
  let count = 0;
  const part = repeat({ name: 'test', intervalMs, logger, run: (stopping) => run((count += 1), stopping) });
  parts.push(part);
  await part.start();
  return { part, runs: () => count };
}

test('it runs again and again, one run after the other', async () => {
  let [atOnce, most] = [0, 0];
  const { runs } = await repeating(1, async () => {
    atOnce += 1;
    most = Math.max(most, atOnce);
    await new Promise(setImmediate);
    atOnce -= 1;
    return false;
  });
  await until(() => runs() >= 5, { what: 'it ran five times' });
  expect(most).toBe(1);
});

test('what is left undone is done without waiting for the next time', async () => {
  const { runs } = await repeating(3_600_000, async (count) => count < 3);
  await until(() => runs() === 3, { what: 'it ran until nothing was left' });
});

test('a run that fails is tried again', async () => {
  const { runs } = await repeating(1, async (count) => {
    if (count === 1) throw new Error('not now');
    return false;
  });
  await until(() => runs() >= 2, { what: 'it ran again' });
});

test('a stop waits for the run under way, which hears of it, and no other follows', async () => {
  const ended: string[] = [];
  const { part, runs } = await repeating(1, async (_, stopping) => {
    await new Promise((resolve) => stopping.addEventListener('abort', resolve));
    ended.push('run');
    return true;
  });
  await part.stop();
  ended.push('stop');
  expect([ended, runs()]).toEqual([['run', 'stop'], 1]);
});
