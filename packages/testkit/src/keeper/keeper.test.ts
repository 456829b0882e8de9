import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { until } from '../until.ts';

const INDEX = join(import.meta.dirname, '../index.ts');
/** A keeper belongs to a temporary directory: in one of our own we start, watch and lose it undisturbed. */
let temporary: string;
const runs: ChildProcess[] = [];

beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'parley-keeper-'));
  // As root, PostgreSQL runs as another user, who has to get in.
  await chmod(temporary, 0o711);
});
afterAll(async () => {
  for (const run of runs.splice(0)) run.kill('SIGKILL');
  await until(keeperIsGone, { what: 'the keeper left' });
  await rm(temporary, { recursive: true });
});

/** Runs a script that has the testkit as `kit`, as a test run of its own; gives the first line it prints. */
function run(script: string): { process: ChildProcess; firstLine: Promise<string> } {
  const source = `import * as kit from ${JSON.stringify(INDEX)}; ${script}`;
  const { PARLEY_TEST_POSTGRES_URL: _, NODE_OPTIONS: __, ...env } = process.env;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    env: { ...env, TMPDIR: temporary },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  runs.push(child);
  const lines = createInterface({ input: child.stdout });
  return { process: child, firstLine: new Promise((resolve) => lines.once('line', resolve)) };
}

/** The folders of keepers. Testcontainers has a file of its own beside them. */
async function homes(): Promise<string[]> {
  return (await readdir(temporary)).filter((name) => name.startsWith('parley-test-'));
}

async function keeperIsGone(): Promise<boolean> {
  return (await homes()).length === 0;
}

function answers(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.unref().once('connect', () => socket.destroy());
  });
}

const STAY = 'setInterval(() => {}, 60_000);';

test('a test run that asks for nothing starts nothing', async () => {
  const { process: asking } = run('kit.aMessage(); kit.testService("idle", {});');
  await until(() => asking.exitCode !== null, { what: 'it ended' });
  expect(asking.exitCode).toBe(0);
  expect(await readdir(temporary)).toEqual([]);
});

test('runs that begin at the same time share one PostgreSQL', async () => {
  const started = [1, 2, 3].map(() =>
    run(`console.log(new URL((await kit.testDatabase()).url).port); ${STAY}`),
  );
  const ports = await Promise.all(started.map(({ firstLine }) => firstLine));
  expect(new Set(ports).size).toBe(1);
});

test('a test run ends by itself although it stopped nothing', async () => {
  const { process: ending } = run('await kit.testBus();');
  await until(() => ending.exitCode !== null, { what: 'it ended' });
  expect(ending.exitCode).toBe(0);
});

test('what a keeper leaves that is killed itself, the next one ends and removes', async () => {
  const begun = 'const bus = await kit.testBus(); console.log(bus.url);';
  const orphan = await run(`${begun} ${STAY}`).firstLine;
  const [home = ''] = await homes();
  process.kill(JSON.parse(await readFile(join(temporary, home, 'keeper/lock'), 'utf8')).pid, 'SIGKILL');
  expect(await answers(orphan)).toBe(true);
  expect(await answers(await run(`${begun} ${STAY}`).firstLine)).toBe(true);
  expect(await answers(orphan)).toBe(false);
});

test('a test run that is killed leaves no server and no file behind', async () => {
  const { firstLine } = run(
    `const [bus, db] = await Promise.all([kit.testBus(), kit.testDatabase()]); console.log(bus.url + ' ' + db.url); ${STAY}`,
  );
  const [bus = '', database = ''] = (await firstLine).split(' ');
  expect(await Promise.all([answers(bus), answers(database)])).toEqual([true, true]);
  for (const run of runs.splice(0)) run.kill('SIGKILL');
  await until(async () => !(await answers(bus)), { what: 'its own bus ended' });
  await until(async () => !(await answers(database)), { what: 'the shared PostgreSQL ended' });
  await until(keeperIsGone, { what: 'the keeper left' });
});
