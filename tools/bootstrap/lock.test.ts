import { existsSync } from 'node:fs';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { shareLock, withLock } from './lock.mjs';

let directory: string;
let file: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-lock-'));
  file = join(directory, 'deep/lock');
});

afterEach(() => {
  jest.restoreAllMocks();
  return rm(directory, { recursive: true });
});

test('two who want the lock do their work one after the other', async () => {
  const story: string[] = [];
  const work = (name: string) => async (): Promise<void> => {
    story.push(`${name} begins`);
    await new Promise(setImmediate);
    story.push(`${name} ends`);
  };
  await Promise.all([withLock(file, work('one')), withLock(file, work('two'))]);
  expect(story).toEqual(['one begins', 'one ends', 'two begins', 'two ends']);
});

test('work that fails releases the lock', async () => {
  const failing = withLock(file, () => Promise.reject(new Error('broken')));
  await expect(failing).rejects.toThrow('broken');
  expect(existsSync(file)).toBe(false);
});

test('a lock whose holder was killed is taken over', async () => {
  await withLock(file, () => Promise.resolve());
  await writeFile(file, `${await endedProcess()}\n`);
  await utimes(file, ...minutesAgo(1));
  expect(await withLock(file, () => Promise.resolve('done'))).toBe('done');
});

test('a lock shared with another process lasts until that has ended', async () => {
  const story: string[] = [];
  await withLock(file, () => Promise.resolve());
  await writeFile(file, `${await endedProcess()}\n`);
  // It lives as long as its standard input is open: until it has been seen alive.
  const other = spawn('cat').once('exit', () => story.push('the other ends'));
  const { kill } = process;
  jest.spyOn(process, 'kill').mockImplementation((pid, signal) => {
    if (pid === other.pid) other.stdin.end();
    return kill(pid, signal);
  });
  shareLock(file, other.pid ?? 0);
  await utimes(file, ...minutesAgo(1));
  await withLock(file, () => Promise.resolve(story.push('we begin')));
  expect(story).toEqual(['the other ends', 'we begin']);
});

function minutesAgo(minutes: number): [Date, Date] {
  const then = new Date(Date.now() - minutes * 60_000);
  return [then, then];
}

async function endedProcess(): Promise<number> {
  const child = spawn('true');
  await once(child, 'close');
  return child.pid ?? 0;
}
