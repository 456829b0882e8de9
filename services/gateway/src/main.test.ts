import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { TEST_SECRETS_KEY, testBus, testDatabase, until } from '@parley/testkit';
import { z } from 'zod';
import { testConfig } from './testing/test-keys.ts';

const logLine = z.looseObject({ msg: z.string(), port: z.number().optional() });
type LogLine = z.infer<typeof logLine>;

let environment: Record<string, string>;
const children: ChildProcess[] = [];
const cleanUp: (() => Promise<void>)[] = [];

beforeAll(async () => {
  const database = await testDatabase();
  const bus = await testBus();
  // Some of what a service reads it keeps as something else.
  const read = { SECRETS_KEY: TEST_SECRETS_KEY, PRIVATE_PROVIDERS: '' };
  const config = { ...testConfig(database.url, bus.url), ...read, LOG_REQUESTS: true };
  environment = Object.fromEntries(Object.entries(config).map(([name, value]) => [name, String(value)]));
  cleanUp.push(
    () => bus.stop(),
    () => database.drop(),
  );
});

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  for (const step of cleanUp) await step();
});

function run(env: Record<string, string>): { child: ChildProcess; lines: LogLine[] } {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const lines: LogLine[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(logLine.parse(JSON.parse(line))));
  return { child, lines };
}

/** The ports it listens on: for operations first, then the API's. */
const ports = (lines: LogLine[]) => lines.filter((line) => line.msg === 'listening').map((line) => line.port);

test('the gateway starts, answers for its health on both ports, logs each request, and drains on SIGTERM', async () => {
  const { child, lines } = run(environment);
  await until(() => lines.some((line) => line.msg === 'started'), { what: 'it has started' });
  for (const port of ports(lines)) {
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`);
    expect(await answer.json()).toEqual({ status: 'ok', checks: {} });
  }
  const unauthorized = await fetch(`http://127.0.0.1:${ports(lines)[1]}/v1/messages?from=%2B18045551234`);
  expect(unauthorized.status).toBe(401);
  const logged = await until(() => lines.find((line) => line['route'] === '/v1/messages'), {
    what: 'the request is logged',
  });
  expect(logged).toMatchObject({ msg: 'request', method: 'GET', status: 401 });
  expect(JSON.stringify(lines)).not.toContain('18045551234');
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
});

test('a gateway with a wrong configuration names every problem at once and exits', async () => {
  const { child, lines } = run({ ...environment, GATEWAY_DATABASE_URL: '', PORT: 'http' });
  expect(await once(child, 'exit')).toEqual([1, null]);
  const told = await until(() => lines[0], { what: 'the reason is logged' });
  expect(told.msg).toContain('GATEWAY_DATABASE_URL');
  expect(told.msg).toContain('PORT');
});
