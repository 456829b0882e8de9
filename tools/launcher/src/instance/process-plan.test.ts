import { describe, expect, test } from '@jest/globals';
import { customise, inheritedEnv, planServices, planSimulator } from './process-plan.ts';

const databaseUrls = {
  gateway: 'postgres://g',
  ingest: 'postgres://i',
  dispatcher: 'postgres://d',
  reporting: 'postgres://r',
};
const natsUrls = {
  gateway: 'nats://g',
  ingest: 'nats://i',
  dispatcher: 'nats://d',
  reporting: 'nats://r',
};
const publicUrl = 'http://127.0.0.1:8080';
const wiring = {
  host: '127.0.0.1',
  gatewayPort: 8080,
  databaseUrls,
  natsUrls,
  secretsKey: 'k1:key',
  publicUrl,
};

function ports(): () => Promise<number> {
  let port = 20_000;
  return () => Promise.resolve((port += 1));
}

describe('the plan of an instance', () => {
  test('gives each service its own users of database and bus, and nobody else’s', async () => {
    const plans = await planServices(wiring, { replicas: {}, nextPort: ports() });
    expect(plans.map(({ name }) => name)).toEqual(['dispatcher', 'ingest', 'reporting', 'gateway']);
    for (const { name, env, port } of plans) {
      const urls = Object.keys(env).filter((key) => key.endsWith('_DATABASE_URL'));
      const directory = name === 'gateway' ? [] : ['DIRECTORY_DATABASE_URL'];
      expect(urls.toSorted()).toEqual([`${name.toUpperCase()}_DATABASE_URL`, ...directory].toSorted());
      for (const variable of urls) expect(env[variable]).toBe(`postgres://${name.charAt(0)}`);
      expect(env).toMatchObject({
        NATS_URL: `nats://${name.charAt(0)}`,
        METRICS_HOST: '127.0.0.1',
        METRICS_PORT: String(port),
      });
      expect(env['SECRETS_KEY']).toBe(name === 'reporting' ? undefined : 'k1:key');
      expect('PORT' in env).toBe(name === 'gateway');
    }
  });

  test('numbers further replicas and never gives a port twice', async () => {
    const plans = await planServices(wiring, { replicas: { gateway: 2, ingest: 3 }, nextPort: ports() });
    expect(plans.map(({ name }) => name)).toEqual([
      'dispatcher',
      'ingest',
      'ingest.2',
      'ingest.3',
      'reporting',
      'gateway',
      'gateway.2',
    ]);
    const taken = plans.flatMap(({ port, env }) => [port, ...(env['PORT'] ? [Number(env['PORT'])] : [])]);
    expect(new Set(taken).size).toBe(taken.length);
    expect(taken).toContain(8080);
  });

  test('lets the simulator call the gateway where it listens', () => {
    const plan = planSimulator({ gatewayUrl: 'http://10.0.0.5:8080', simulatorPort: 1, connections: '' });
    expect(plan.env).toMatchObject({ GATEWAY_URL: 'http://10.0.0.5:8080' });
  });

  test('takes wishes for single programs', async () => {
    const [plan] = await planServices(wiring, { replicas: {}, nextPort: ports() });
    if (!plan) throw new Error('no plan');
    const wishes = {
      envOf: { dispatcher: { LEASE_MS: '2000' } },
      nodeArgsOf: { dispatcher: ['--cpu-prof'] },
    };
    expect(customise(plan, wishes)).toMatchObject({ env: { LEASE_MS: '2000' }, nodeArgs: ['--cpu-prof'] });
    expect(customise(plan, { envOf: { ingest: { X: '1' } } }).env).toEqual(plan.env);
  });
});

test('no process inherits the superuser’s URL or npm’s settings', () => {
  const env = { PATH: '/bin', POSTGRES_URL: 'postgres://super', npm_config_x: '1', OTEL_X: 'y' };
  expect(inheritedEnv(env)).toEqual({ PATH: '/bin', OTEL_X: 'y' });
});
