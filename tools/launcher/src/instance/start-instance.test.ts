import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { environmentOf, standInRepository, type StandInRepository } from '../../test/stand-in-repository.ts';
import { startTime } from '../processes/identity.ts';
import { waitUntil } from '../processes/wait-until.ts';
import { removePostgresData } from '../servers/postgres.ts';
import { startInstance, type Instance, type InstanceOptions } from './start-instance.ts';

let repository: StandInRepository;
let instance: Instance;
let dataDir: string;
const lines: string[] = [];

const own = { postgresUrl: null, natsUrl: null, fsync: false, readyTimeoutMs: 240_000 };

function start(options: Partial<InstanceOptions> = {}): Promise<Instance> {
  const progress: InstanceOptions['progress'] = {
    step: (_name, work) => work(),
    say: (line) => lines.push(line),
  };
  return startInstance({ dataDir, root: repository.root, progress, ...own, ...options });
}

const pids = () => instance.processes.map(({ pid }) => pid).filter((pid) => pid !== null);
const operations = (name: string) =>
  instance.processes.find((view) => view.name === name)?.operationsUrl ?? '';

beforeAll(async () => {
  repository = await standInRepository();
  dataDir = join(repository.scratch, 'data');
  instance = await start({
    replicas: { dispatcher: 2 },
    inherited: { SHELL_HAS: '0' },
    env: { ALL: '1' },
    envOf: { ingest: { ONE: '2' } },
  });
});

afterAll(async () => {
  await instance.stop();
  await removePostgresData(join(dataDir, 'postgres'));
  await repository.remove();
});

describe('an instance', () => {
  test('is servers, simulator and services, each a process of its own', () => {
    const names = [
      'postgres',
      'nats',
      'simulator',
      'dispatcher',
      'dispatcher.2',
      'ingest',
      'reporting',
      'gateway',
    ];
    expect(instance.processes.map(({ name }) => name)).toEqual(names);
    expect(new Set(pids()).size).toBe(names.length);
    expect(pids().every((pid) => startTime(pid) !== null)).toBe(true);
  });

  test('gives each service its own database role, and the wishes of the caller', async () => {
    const [ingest, gateway] = await Promise.all(
      ['ingest', 'gateway'].map((name) => environmentOf(operations(name))),
    );
    expect(ingest).toMatchObject({ INGEST_DATABASE_URL: instance.databaseUrls.ingest, ALL: '1', ONE: '2' });
    expect(ingest).not.toHaveProperty('GATEWAY_DATABASE_URL');
    expect(gateway).toMatchObject({ HOST: '127.0.0.1', PORT: new URL(instance.baseUrl).port, ALL: '1' });
    expect(gateway).not.toHaveProperty('ONE');
    expect(gateway).toMatchObject({ SHELL_HAS: '0' });
    expect(gateway).not.toHaveProperty('JEST_WORKER_ID');
  });

  test('seeds the demo account with its secrets, and shows them to its owner only', async () => {
    const file = join(dataDir, 'parley.json');
    const published: unknown = JSON.parse(await readFile(file, 'utf8'));
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(published).toMatchObject({
      base_url: instance.baseUrl,
      api_key: instance.apiKey,
      admin_key: instance.adminKey,
      simulator_url: instance.simulatorUrl,
      connections: {
        inbox: { path: '/webhooks/inbox', scheme: 'hmac-sha256-hex', header: 'X-Signature' },
        sms: { path: '/webhooks/sms', header: 'X-Provider-Signature' },
        'sms-2': { path: '/webhooks/sms-2', header: 'X-Provider-Signature' },
        mail: { path: '/webhooks/mail', scheme: 'standard-webhooks' },
      },
    });
    expect(await repository.seeded()).toMatchObject({
      api_key: instance.apiKey,
      admin_key: instance.adminKey,
      simulator_url: instance.simulatorUrl,
      connections: { mail: { secret: instance.connections['mail']?.secret } },
      GATEWAY_DATABASE_URL: instance.databaseUrls.gateway,
    });
  });

  test('starts a killed service again and says so in one line', async () => {
    const before = operations('ingest');
    await instance.kill('ingest');
    await instance.untilReady();
    expect(operations('ingest')).toBe(before);
    expect(lines).toContain('ingest ended (signal SIGKILL); starting it again in 1 s');
  });

  test('keeps a stopped service down until it is started', async () => {
    await instance.stopProcess('dispatcher.2');
    expect(instance.processes.find(({ name }) => name === 'dispatcher.2')?.pid).toBeNull();
    await instance.startProcess('dispatcher.2');
    expect(await environmentOf(operations('dispatcher.2'))).toHaveProperty('METRICS_PORT');
  });

  test('restarts its servers on their ports, NATS also without its store', async () => {
    const serverPids = () => instance.processes.slice(0, 2).map(({ pid }) => pid);
    const before = serverPids();
    await instance.restartPostgres({ immediate: true });
    await instance.restartNats({ wipe: true });
    expect(serverPids().some((pid) => pid === null || before.includes(pid))).toBe(false);
  });

  test('brings back a server that died', async () => {
    await instance.kill('nats');
    const isBack = () => instance.processes.some(({ name, pid }) => name === 'nats' && pid !== null);
    expect(await waitUntil(isBack, { timeoutMs: 120_000 })).toBe(true);
  });

  test('leaves nothing behind when it is stopped, and the next start keeps its keys', async () => {
    const [key, old] = [instance.apiKey, pids()];
    await instance.stop();
    expect(old.filter((pid) => startTime(pid) !== null)).toEqual([]);
    expect(existsSync(join(dataDir, 'parley.json'))).toBe(false);
    // An instance on every address is reached on loopback; what the environment says of addresses is not its business.
    instance = await start({ host: '0.0.0.0', env: { HOST: 'workstation', METRICS_HOST: '10.255.255.1' } });
    expect(instance.apiKey).toBe(key);
    expect(instance.baseUrl).toMatch(/^http:\/\/127\.0\.0\.1:/);
    expect(await environmentOf(operations('gateway'))).toMatchObject({
      HOST: '0.0.0.0',
      METRICS_HOST: '127.0.0.1',
    });
    expect(await environmentOf(instance.simulatorUrl)).toMatchObject({ GATEWAY_URL: instance.baseUrl });
  });
});

describe('an instance that cannot be started', () => {
  const elsewhere = () => ({ dataDir: join(repository.scratch, 'second') });

  test('because its port is taken says so, leaves nothing running, and deletes nothing', async () => {
    const port = Number(new URL(instance.baseUrl).port);
    const kept = join(elsewhere().dataDir, 'secrets.json');
    await mkdir(elsewhere().dataDir, { recursive: true });
    await writeFile(join(elsewhere().dataDir, '.parley-data'), '');
    await writeFile(kept, 'dear');
    await expect(start({ ...elsewhere(), port, fresh: true })).rejects.toMatchObject({
      code: 'port_in_use',
      message: expect.stringMatching(/choose another one with --port/),
    });
    expect(await readFile(kept, 'utf8')).toBe('dear');
    await rm(kept);
  });

  test('because a service dies again and again says which, and what it said', async () => {
    const failing = start({ ...elsewhere(), envOf: { reporting: { DIE: 'at once' } } });
    await expect(failing).rejects.toMatchObject({
      code: 'not_ready',
      message: expect.stringMatching(/^The reporting does not become ready: cannot start: no luck/),
    });
    expect(existsSync(join(elsewhere().dataDir, 'launcher.pid'))).toBe(false);
    await removePostgresData(join(elsewhere().dataDir, 'postgres'));
  });

  test('because it is told to stop gives up and stops what it had started', async () => {
    const stop = new AbortController();
    const seen: string[] = [];
    const progress: InstanceOptions['progress'] = {
      step: (name, work) => {
        seen.push(name);
        if (name === 'Database schemas') stop.abort();
        return work();
      },
      say: () => {},
    };
    await expect(start({ ...elsewhere(), progress, signal: stop.signal })).rejects.toThrow(/abort/i);
    expect(seen).not.toContain('Gateway');
    expect(existsSync(join(elsewhere().dataDir, 'launcher.pid'))).toBe(false);
    await removePostgresData(join(elsewhere().dataDir, 'postgres'));
  });
});
