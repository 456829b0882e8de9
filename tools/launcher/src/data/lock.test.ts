import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockHolder, takeLock } from './lock.ts';

let folder: string;
let path: string;
const at = (port: number) => ({ host: '127.0.0.1', port });
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-lock-'));
  path = join(folder, 'launcher.pid');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('one launcher at a time holds a data directory', async () => {
  const lock = await takeLock(path, { host: '0.0.0.0', port: 8080 });
  expect(await lockHolder(path)).toMatchObject({ pid: process.pid, host: '0.0.0.0', port: 8080 });
  await expect(takeLock(path, at(9090))).rejects.toMatchObject({
    code: 'already_running',
    message: expect.stringContaining('http://127.0.0.1:8080'),
  });
  await lock.release();
  expect(await lockHolder(path)).toBeNull();
});

test('of many that find the lock of a dead launcher, exactly one gets it', async () => {
  await writeFile(path, JSON.stringify({ pid: process.pid, started: 'in another life', port: 1 }));
  const takes = await Promise.allSettled(Array.from({ length: 8 }, (_, index) => takeLock(path, at(index))));
  expect(takes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await readdir(folder)).toEqual(['launcher.pid']);
});

test('a lock that cannot be read is nobody’s', async () => {
  await writeFile(path, 'not json');
  expect(await lockHolder(path)).toBeNull();
  await (await takeLock(path, at(1))).release();
});
