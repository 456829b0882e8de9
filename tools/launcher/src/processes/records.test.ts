import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnChild, type Child } from './child.ts';
import { startTime } from './identity.ts';
import { ProcessRecords } from './records.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'parley-records-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

function sleeper(): Promise<Child> {
  const args = ['-e', 'setInterval(() => {}, 1000)'];
  return spawnChild({ command: process.execPath, args, env: {}, logFile: join(folder, 'sleeper.log') });
}

test('what a killed launcher had noted is ended by the next one, and by name', async () => {
  const path = join(folder, 'processes.json');
  const child = await sleeper();
  new ProcessRecords(path).add('ingest', child.pid);
  expect(await new ProcessRecords(path).endLeftovers()).toEqual(['ingest']);
  expect(await child.exited).toEqual({ code: null, signal: 'SIGTERM' });
  expect(await new ProcessRecords(path).endLeftovers()).toEqual([]);
});

test('a process that only has the number of a noted one is left alone', async () => {
  const path = join(folder, 'processes.json');
  await writeFile(path, JSON.stringify([{ name: 'ingest', pid: process.pid, started: 'long ago' }]));
  expect(await new ProcessRecords(path).endLeftovers()).toEqual([]);
  expect(startTime(process.pid)).not.toBeNull();
});

test('a process that has ended is forgotten, and an unreadable list names nobody', async () => {
  const path = join(folder, 'processes.json');
  const child = await sleeper();
  const records = new ProcessRecords(path);
  records.add('ingest', child.pid);
  records.remove(child.pid);
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual([]);
  await writeFile(path, '[{"name":');
  expect(await new ProcessRecords(path).endLeftovers()).toEqual([]);
  process.kill(child.pid, 'SIGKILL');
  await child.exited;
});
