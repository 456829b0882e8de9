import { existsSync } from 'node:fs';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { withLock } from './lock.mjs';

let directory: string;
let file: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-lock-'));
  file = join(directory, 'deep/lock');
});

afterEach(() => rm(directory, { recursive: true }));

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
  await writeFile(file, '1\n');
  await utimes(file, 0, 0);
  expect(await withLock(file, () => Promise.resolve('done'))).toBe('done');
});
