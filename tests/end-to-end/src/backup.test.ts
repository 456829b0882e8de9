import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { endpointOf } from '@parley/launcher/instance/instance-file';
import type { Instance } from '@parley/launcher/instance/start-instance';
import { freePort } from '@parley/launcher/processes/free-port';
import { backupStory, type BackupStory } from './backup-story.ts';
import { documentedCommands, paste } from './documented-commands.ts';
import { outsideProvider, type OutsideProvider } from './outside-provider.ts';
import { startParley } from './start-parley.ts';

let clone: string;
let port: number;
let instance: Instance | undefined;
let outside: OutsideProvider;
let story: BackupStory;

const start = async (): Promise<void> => {
  instance = await startParley({ dataDir: join(clone, '.parley'), port });
};
const stop = async (): Promise<void> => {
  await instance?.stop();
  instance = undefined;
};

/** Does what a line says; what the tests do with instances instead of npm is what its scripts do. */
async function carryOut(line: string): Promise<void> {
  if (line === 'npm start') await start();
  else if (line === 'npm stop') await stop();
  else await paste(line, { cwd: clone });
}

beforeAll(async () => {
  clone = await mkdtemp(join(tmpdir(), 'parley-backup-'));
  port = await freePort();
  outside = await outsideProvider({ gatewayUrl: `http://127.0.0.1:${port}`, host: '127.0.0.1' });
  await start();
  if (instance === undefined) throw new Error('it does not run');
  story = await backupStory(endpointOf(instance), outside);
}, 300_000);
afterAll(async () => {
  await story.close();
  await stop();
  await outside.close();
  await rm(clone, { recursive: true, force: true });
});

test('a data directory that is copied and restored as documented has lost nothing and sends nothing twice', async () => {
  const [backup, restore, ...rest] = documentedCommands('Of `npm start`');
  expect(rest).toEqual([]);
  await story.beforeTheBackup();
  for (const line of backup ?? []) await carryOut(line);
  await story.betweenBackupAndLoss();
  for (const line of restore ?? []) await carryOut(line);
  await story.afterTheRestore();
}, 300_000);
