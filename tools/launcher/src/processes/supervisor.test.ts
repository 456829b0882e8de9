import { describe, expect, test } from '@jest/globals';
import type { Exit } from './child.ts';
import { setImmediate } from 'node:timers/promises';
import { Supervisor } from './supervisor.ts';
import { waitUntil } from './wait-until.ts';

interface FakeLife {
  pid: number;
  exited: Promise<Exit>;
  die(exit: Exit): void;
}

/** A process whose lives end when a test says so, under a supervisor that never really sleeps. */
function fakeProcess({ failFrom = Infinity } = {}) {
  const lives: FakeLife[] = [];
  const lines: string[] = [];
  const supervisor = new Supervisor({
    name: 'ingest',
    launch: async () => {
      if (lives.length >= failFrom) throw new Error('no port');
      const { promise: exited, resolve: die } = Promise.withResolvers<Exit>();
      const life = { pid: 100 + lives.length, exited, die };
      lives.push(life);
      return life;
    },
    end: async () => lives.at(-1)?.die({ code: 0, signal: null }),
    announce: (line) => lines.push(line),
    sleep: () => setImmediate(),
  });
  const settled = (condition: () => boolean) => waitUntil(condition, { timeoutMs: 120_000, everyMs: 1 });
  return { supervisor, lives, lines, settled };
}

describe('a supervised process', () => {
  test('that dies is started again, with one line that says which, why and when', async () => {
    const { supervisor, lives, lines, settled } = fakeProcess();
    await supervisor.start();
    expect(supervisor.pid).toBe(100);
    lives[0]?.die({ code: null, signal: 'SIGKILL' });
    await settled(() => supervisor.pid === 101);
    lives[1]?.die({ code: 3, signal: null });
    await settled(() => supervisor.pid === 102);
    expect(lines).toEqual([
      'ingest ended (signal SIGKILL); starting it again in 1 s',
      'ingest ended (exit code 3); starting it again in 2 s',
    ]);
    expect(supervisor.deaths).toBe(2);
    await supervisor.stop();
  });

  test('is not started again after a stop, until it is started', async () => {
    const { supervisor, lives, lines } = fakeProcess();
    await supervisor.start();
    await supervisor.stop();
    expect([supervisor.pid, lives.length, lines]).toEqual([null, 1, []]);
    await supervisor.start();
    expect(supervisor.pid).toBe(101);
    await supervisor.stop();
  });

  test('whose first start fails is not tried again: the caller decides', async () => {
    const { supervisor, lines } = fakeProcess({ failFrom: 0 });
    await expect(supervisor.start()).rejects.toThrow('no port');
    await supervisor.stop();
    expect(lines).toEqual([]);
  });

  test('that cannot be started again is tried again and again, and can be stopped', async () => {
    const { supervisor, lives, lines, settled } = fakeProcess({ failFrom: 1 });
    await supervisor.start();
    lives[0]?.die({ code: 1, signal: null });
    await settled(() => lines.length >= 3);
    await supervisor.stop();
    expect(lines.slice(0, 3)).toEqual([
      'ingest ended (exit code 1); starting it again in 1 s',
      'ingest did not start (no port); starting it again in 2 s',
      'ingest did not start (no port); starting it again in 4 s',
    ]);
  });

  test('is stopped the way its caller asks for', async () => {
    const { supervisor, lives } = fakeProcess();
    await supervisor.start();
    await supervisor.stop(async () => lives[0]?.die({ code: null, signal: 'SIGQUIT' }));
    expect(await lives[0]?.exited).toEqual({ code: null, signal: 'SIGQUIT' });
  });
});
