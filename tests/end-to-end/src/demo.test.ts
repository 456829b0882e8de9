import { execFile } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { describeInstance } from '@parley/launcher/instance/instance-file';
import { freePort } from '@parley/launcher/processes/free-port';
import { REPOSITORY } from '@parley/launcher/repository';
import { runningParley } from './running-parley.ts';

const parley = runningParley();
const run = promisify(execFile);
// Whoever runs the tests may want their colours.
const { FORCE_COLOR: _, ...env } = process.env;
const demo = (...args: string[]) =>
  run(process.execPath, [join(REPOSITORY, 'tools/demo/src/main.ts'), ...args], { env });
const leftovers = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('parley-demo-'));

const STORY = [
  /A text, and its answer/,
  /queued .*→ delivered, through sms$/m,
  /filed into the conversation that the text began/,
  /→ delivered, through mail$/m,
  /→ delivered, through sms-2$/m,
  /scheduled → .*delivered/,
  /sent \d+ ms after its time/,
  /Ana → Bloom +sms +STOP/,
  /400 recipient_opted_out/,
  /GET \/v1\/conversations\/\S+\/messages\n(.*\n)*.* Bloom +email +delivered/,
  /GET \/v1\/conversations\/\S+\/messages\n(.*\n)*.* Ana +sms +received +STOP/,
  /GET \/v1\/messages\/\S+\/timeline\n(.*\n)*.*sms-2/,
];

test('the demo tells its story on the Parley that runs, twice if need be', async () => {
  for (const _time of [1, 2]) {
    const { stdout } = await demo('--data', parley.dataDir());
    for (const part of STORY) expect(stdout).toMatch(part);
    expect(stdout).toContain(parley.endpoint().baseUrl);
    expect(stdout).not.toContain('\u001B');
  }
}, 240_000);

test('where none runs it starts one and takes it away again', async () => {
  const before = await leftovers();
  const { stdout } = await demo('--data', join(parley.dataDir(), 'nothing-here'), '--pace', '0');
  expect(stdout).toMatch(/^No Parley runs/);
  for (const part of STORY) expect(stdout).toMatch(part);
  expect(await leftovers()).toEqual(before);
}, 240_000);

test('of a Parley that was killed it says in one line that it does not answer', async () => {
  const folder = join(parley.dataDir(), 'killed');
  await mkdir(folder);
  const killed = { ...parley.endpoint(), baseUrl: `http://127.0.0.1:${await freePort()}` };
  await writeFile(join(folder, 'parley.json'), JSON.stringify(describeInstance(killed)));
  await expect(demo('--data', folder)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^Parley does not answer: .*\n$/),
  });
});

test('it says what it can be asked for, and what it cannot', async () => {
  expect((await demo('--help')).stdout).toMatch(/^npm run demo .*--data DIR/);
  await expect(demo('--pace', 'fast')).rejects.toMatchObject({
    code: 1,
    stderr: '--pace needs a number of milliseconds, not "fast".\n',
  });
  await expect(demo('--loud')).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining("'--loud'"),
  });
}, 60_000);
