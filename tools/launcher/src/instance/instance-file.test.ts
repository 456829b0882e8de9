import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readInstanceFile, runningOn } from './instance-file.ts';

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'parley-instance-file-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

test('where there is no file, no Parley runs', async () => {
  expect(await readInstanceFile(join(folder, 'nothing.json'))).toBeNull();
  const message = `No Parley runs on ${folder}; start one, or name its directory with --data.`;
  await expect(runningOn(folder)).rejects.toMatchObject({ code: 'bad_usage', message });
});

test.each([
  ['# Parley\n\nis a messaging backend', 'it is not JSON'],
  ['[]', 'it is no JSON object'],
  [
    JSON.stringify({ base_url: 'here', api_key: 'a', admin_key: 'b', nats_url: 'c', connections: {} }),
    'base_url, simulator_url, providers_url, postgres_url missing or wrong',
  ],
])('what describes none is refused in one line: %j', async (content, why) => {
  const file = join(folder, 'other.json');
  await writeFile(file, content);
  const message = `${file} does not describe a running Parley: ${why}.`;
  await expect(readInstanceFile(file)).rejects.toMatchObject({ code: 'bad_usage', message });
});

test('what cannot be read is refused in one line', async () => {
  await expect(readInstanceFile(folder)).rejects.toMatchObject({
    code: 'bad_usage',
    message: expect.stringContaining('EISDIR'),
  });
});
