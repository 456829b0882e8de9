import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { appendFile, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rotateLogs } from './log-rotation.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'parley-logs-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a log that is too long is moved away, and three old ones are kept', async () => {
  const log = join(folder, 'ingest.log');
  for (const content of ['first', 'second', 'third', 'fourth', 'fifth']) {
    await appendFile(log, content);
    await rotateLogs(folder, 3);
  }
  expect((await readdir(folder)).toSorted()).toEqual([
    'ingest.log',
    'ingest.log.1',
    'ingest.log.2',
    'ingest.log.3',
  ]);
  const contents = await Promise.all(['', '.1', '.2', '.3'].map((age) => readFile(log + age, 'utf8')));
  expect(contents).toEqual(['', 'fifth', 'fourth', 'third']);
});

test('a short log and files of other names stay as they are', async () => {
  await writeFile(join(folder, 'short.log'), 'abc');
  await writeFile(join(folder, 'long.txt'), 'abcdef');
  await rotateLogs(folder, 3);
  expect((await readdir(folder)).toSorted()).toEqual(['long.txt', 'short.log']);
});
