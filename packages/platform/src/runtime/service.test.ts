import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { until } from '@parley/testkit';

/** One log line of the service. */
type Line = Record<string, unknown>;

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

/** Runs a service in a process of its own; `build` is the text of its build function. */
function service(build: string, env: Record<string, string> = {}) {
  const source = `
    import { runService, serviceConfig } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))};
    const part = (name, overrides) => ({ name, start: async () => {}, stop: async () => {}, ...overrides });
    await runService('test', serviceConfig, ${build});`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      NATS_URL: 'nats://127.0.0.1:1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.push(child);
  const lines: Line[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line)));
  const logged = (msg: string) =>
    until(() => lines.find((line) => line['msg'] === msg), { what: `it logged "${msg}"` });
  // Not before everything that it printed has been read.
  const closed = once(child, 'close');
  const ended = async () => {
    await closed;
    return child.exitCode;
  };
  return { child, lines, logged, ended };
}

const LOGGING = `({ logger }) => ['a', 'b'].map((name) =>
  part(name, { start: async () => logger.info('start ' + name), stop: async () => logger.info('stop ' + name) }))`;

test('it starts its parts in order, stops them in reverse on SIGTERM and exits 0', async () => {
  const { child, lines, logged, ended } = service(LOGGING);
  await logged('started');
  child.kill('SIGTERM');
  expect(await ended()).toBe(0);
  const told = lines.map((line) => line['msg']).filter((msg) => msg !== 'listening');
  expect(told).toEqual(['start a', 'start b', 'started', 'draining', 'stop b', 'stop a', 'stopped']);
});

test('a configuration that cannot be used ends it with one line that names every problem', async () => {
  const { lines, ended } = service(LOGGING, { NATS_URL: 'nowhere', METRICS_PORT: '-1' });
  expect(await ended()).toBe(1);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({
    level: 'fatal',
    service: 'test',
    problems: [expect.stringMatching(/^NATS_URL/), expect.stringMatching(/^METRICS_PORT/)],
  });
});

test.each(['', 'loud', 'silent'])('the level %j is no level, and that is said in one line', async (level) => {
  const { lines, ended } = service(LOGGING, { LOG_LEVEL: level });
  expect(await ended()).toBe(1);
  expect(lines).toMatchObject([{ level: 'fatal', problems: [expect.stringMatching(/^LOG_LEVEL/)] }]);
});

test('a log file that cannot be written is told of on stdout, in a line like all others, and it runs on', async () => {
  const file = join(import.meta.filename, 'app.log');
  const { lines, logged } = service(LOGGING, { LOG_FILE: file });
  await logged('started');
  const told = () => lines.find(({ msg }) => String(msg).startsWith('the log file: ENOTDIR'));
  const line = await until(told, { what: 'it says so' });
  expect(line).toMatchObject({ level: 'error', service: 'test', time: expect.stringMatching(/^\d{4}-.*Z$/) });
});

test('a part that cannot start ends it with the reason, after the others were stopped', async () => {
  const { lines, ended } = service(`({ logger }) => [
    part('a', { stop: async () => logger.info('stop a') }),
    part('b', { start: async () => { throw new Error('no port'); } })]`);
  expect(await ended()).toBe(1);
  expect(lines.map((line) => line['msg'])).toEqual(['listening', 'stop a', 'cannot start: no port']);
});

const STUCK = `() => [part('stuck', { stop: () => new Promise((resolve) => setTimeout(resolve, 1e6)) })]`;

test('what does not drain in time is given up with exit code 1', async () => {
  const { child, logged, ended } = service(STUCK, { SHUTDOWN_TIMEOUT_MS: '50' });
  await logged('started');
  child.kill('SIGTERM');
  expect(await logged('did not drain in time')).toMatchObject({ timeout_ms: 50 });
  expect(await ended()).toBe(1);
});

test('a second signal does not wait for the drain', async () => {
  const { child, logged, ended } = service(STUCK);
  await logged('started');
  child.kill('SIGINT');
  await logged('draining');
  child.kill('SIGTERM');
  expect(await ended()).toBe(1);
});

test('while it is built it is alive, but not ready, and tells what it misses', async () => {
  const { logged } = service(`(service) => {
    service.own(part('pool', { check: async () => 'no database' }));
    return new Promise((resolve) => setTimeout(resolve, 1e6));
  }`);
  const { port } = await logged('listening');
  const get = (path: string) => fetch(`http://127.0.0.1:${String(port)}${path}`);
  expect((await get('/health/live')).status).toBe(200);
  const ready = await get('/health/ready');
  expect(ready.status).toBe(503);
  expect(await ready.json()).toMatchObject({ checks: { service: 'starting', pool: 'no database' } });
});

test('it tells its health, every reason not to be ready, and its metrics', async () => {
  const { child, logged } = service(`(service) => {
    service.own(part('pool', { check: async () => { throw new Error('no database'); } }));
    return [part('bus', { check: async () => 'not connected' }), part('fine', { check: async () => null }),
      part('slow', { stop: () => new Promise((resolve) => setTimeout(resolve, 1e6)) })];
  }`);
  const { port } = await logged('listening');
  await logged('started');
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${String(port)}${path}`);
    return { status: response.status, text: await response.text() };
  };
  expect((await get('/health/live')).status).toBe(200);
  const checks = { pool: 'no database', bus: 'not connected' };
  const ready = await get('/health/ready');
  expect([ready.status, JSON.parse(ready.text)]).toEqual([503, { status: 'unavailable', checks }]);
  const health = await get('/health');
  expect([health.status, JSON.parse(health.text)]).toEqual([200, { status: 'degraded', checks }]);
  expect((await get('/metrics')).text).toContain('process_cpu_seconds_total');

  child.kill('SIGTERM');
  await logged('draining');
  expect(JSON.parse((await get('/health/ready')).text)).toMatchObject({ checks: { service: 'draining' } });
});
