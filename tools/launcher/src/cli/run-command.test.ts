import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { installLauncher, type LauncherRun } from '../../test/launcher-command.ts';
import { standInRepository, type StandInRepository } from '../../test/stand-in-repository.ts';
import { lockHolder } from '../data/lock.ts';
import { freePort } from '../processes/free-port.ts';
import { startTime } from '../processes/identity.ts';
import { waitUntil } from '../processes/wait-until.ts';
import { removePostgresData } from '../servers/postgres.ts';

let repository: StandInRepository;
let launcher: (...args: string[]) => LauncherRun;
let data: string;
let where: string[];

beforeAll(async () => {
  repository = await standInRepository();
  launcher = await installLauncher(repository.root);
  data = join(repository.scratch, 'data');
  where = ['--data', data, '--port', String(await freePort())];
});

afterAll(async () => {
  await launcher('stop', '--data', data).exited;
  await removePostgresData(join(data, 'postgres'));
  await repository.remove();
});

async function started(...args: string[]): Promise<LauncherRun> {
  const run = launcher(...args);
  const ready = await waitUntil(() => run.output().stdout.includes('Ctrl-C'), { timeoutMs: 120_000 });
  if (!ready) throw new Error(`not ready: ${run.output().stdout}${run.output().stderr}`);
  return run;
}

async function stopped(): Promise<void> {
  expect(await launcher('stop', '--data', data).exited).toBe(0);
}

const told = (run: LauncherRun, what: RegExp) => what.exec(run.output().stdout)?.[1];
const baseUrl = (run: LauncherRun) => told(run, /Base URL +(\S+)/);
const apiKey = (run: LauncherRun) => told(run, /API key +(\S+)/);

describe('the launcher', () => {
  test('starts, tells how to use it, refuses a second start on the same data, and ends on SIGTERM with 0', async () => {
    const run = await started('start', ...where);
    const { stdout } = run.output();
    expect(stdout.split('\n').filter((line) => /^(sleep 1; )?curl /.test(line))).toHaveLength(3);
    expect(existsSync(join(data, 'parley.json'))).toBe(true);
    const second = launcher('start', ...where);
    expect(await second.exited).toBe(1);
    expect(second.output().stderr).toMatch(/^Parley already runs on this data directory .*\n$/);
    expect(second.output().stderr).toContain(`stop it with \`npm stop -- --data ${data}\``);
    run.signal('SIGTERM');
    expect(await run.exited).toBe(0);
    expect(existsSync(join(data, 'parley.json'))).toBe(false);
  });

  test('restarts on the port and with the keys that it had', async () => {
    const first = await started('start', ...where);
    const second = await started('restart', '--data', data);
    expect(await first.exited).toBe(0);
    expect([baseUrl(second), apiKey(second)]).toEqual([baseUrl(first), apiKey(first)]);
    await stopped();
    expect(await second.exited).toBe(0);
  });

  test('that was killed leaves nothing behind after the next stop, and begins anew with --fresh', async () => {
    const run = await started('start', ...where);
    const left = await children();
    run.signal('SIGKILL');
    await run.exited;
    expect(left.every((pid) => startTime(pid) !== null)).toBe(true);
    await stopped();
    expect(left.filter((pid) => startTime(pid) !== null)).toEqual([]);
    expect(await lockHolder(join(data, 'launcher.pid'))).toBeNull();
    const fresh = await started('start', ...where, '--fresh');
    expect(apiKey(fresh)).not.toBe(apiKey(run));
    await stopped();
  });

  test.each([
    ['an unknown command', ['begin'], /^There is no command begin/],
    ['a bad port', ['start', '--port', 'http'], /^--port needs a number from 1 to 65535/],
    [
      'somebody else’s directory',
      ['start', '--data', '/usr'],
      /^\/usr is not empty and is no data directory/,
    ],
  ])('answers %s with one line and exit code 1', async (_what, args, line) => {
    const run = launcher(...args);
    expect(await run.exited).toBe(1);
    expect(run.output().stderr).toMatch(line);
    expect(run.output().stderr.trim()).not.toContain('\n');
  });

  test('says that there is nothing to stop, and explains itself', async () => {
    const stop = launcher('stop', '--data', join(repository.scratch, 'nothing'));
    expect(await stop.exited).toBe(0);
    expect(stop.output().stdout).toMatch(/^No Parley runs on /);
    const help = launcher('start', '--help');
    expect(await help.exited).toBe(0);
    expect(help.output().stdout).toMatch(/--port N.*\n.*--host ADDR.*\n.*--data DIR.*\n.*--fresh/);
  });
});

async function children(): Promise<number[]> {
  const records = z.array(z.object({ pid: z.number() }));
  return records
    .parse(JSON.parse(await readFile(join(data, 'processes.json'), 'utf8')))
    .map(({ pid }) => pid);
}
