import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { REPOSITORY } from '../repository.ts';
import { postgresArguments } from '../servers/postgres-settings.ts';

const service = z.looseObject({
  image: z.string().optional(),
  build: z.object({ context: z.literal('.'), target: z.string() }).optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string().nullable()).optional(),
  ports: z.array(z.string()).optional(),
  profiles: z.array(z.string()).optional(),
  volumes: z.array(z.string()).optional(),
});
const project = z.object({ services: z.record(z.string(), service) });
const read = (name: string): string => readFileSync(join(REPOSITORY, name), 'utf8');
const services = (name: string) => project.parse(parse(read(name), { merge: true })).services;

const main = services('docker-compose.yml');
const cluster = services('ops/compose/cluster.yml');
const dockerfile = read('Dockerfile');
/** Those of the other file that stand alone. */
const whole = { ...main, 'nats-2': cluster['nats-2'], 'nats-3': cluster['nats-3'] };

test.each(Object.entries(whole))('%s has no more rights than it needs', (_name, it) => {
  expect(it).toMatchObject({
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    read_only: true,
    mem_limit: expect.any(String),
    pids_limit: expect.any(Number),
  });
});

test('every image of ours is a target of the Dockerfile that runs as somebody without rights and says how it is', () => {
  const targets = Object.values(main).flatMap(({ build }) => (build ? [build.target] : []));
  expect(new Set(targets)).toEqual(
    new Set(['setup', 'simulator', 'gateway', 'ingest', 'dispatcher', 'reporting']),
  );
  const stages = new Map(
    dockerfile
      .split(/^FROM /m)
      .slice(1)
      .map((text) => [/ AS (\S+)/.exec(text)?.[1] ?? '', text] as const),
  );
  const lineage = (name: string): string => {
    const text = stages.get(name);
    return text === undefined ? '' : lineage(text.split(' ', 1)[0] ?? '') + text;
  };
  for (const target of [...targets, 'parley'])
    expect([target, lineage(target)]).toEqual([target, expect.stringMatching(/^USER node$/m)]);
  const lasting = [...targets, 'parley'].filter((target) => target !== 'setup');
  expect(lasting.filter((target) => !lineage(target).includes('HEALTHCHECK'))).toEqual([]);
  expect([...stages.keys()].at(-1)).toBe('parley');
});

test('only the gateway and what shows figures publish ports, the latter to this machine', () => {
  const published = Object.entries(main).flatMap(([name, { ports }]) =>
    (ports ?? []).map((port) => [name, port]),
  );
  expect(published).toEqual([
    ['gateway', '${PORT:-8080}:8080'],
    ['prometheus', '127.0.0.1:${PROMETHEUS_PORT:-9090}:9090'],
    ['grafana', '127.0.0.1:${GRAFANA_PORT:-3000}:3000'],
    ['jaeger', '127.0.0.1:${JAEGER_PORT:-16686}:16686'],
  ]);
  const opened = Object.values(services('ops/compose/open.yml')).flatMap(({ ports }) => ports ?? []);
  expect(opened).not.toHaveLength(0);
  for (const port of opened) expect(port).toMatch(/^127\.0\.0\.1:/);
});

test('no secret is written down: whatever would be one is in a file', () => {
  const named = [...Object.values(main), ...Object.values(cluster)].flatMap(({ environment }) =>
    Object.keys(environment ?? {}),
  );
  const secret = named.filter((name) => /PASSWORD|SECRET|TOKEN|_URL|CONNECTIONS/.test(name));
  expect(new Set(secret.filter((name) => !name.endsWith('_FILE')))).toEqual(
    new Set(['GATEWAY_URL', 'PUBLIC_URL']),
  );
});

test('PostgreSQL is set up as the one that npm start runs', () => {
  const settings = (args: readonly string[]) => args.filter((arg) => arg.includes('='));
  const places =
    /^(port|listen_addresses|unix_socket_directories|max_connections|log_line_prefix|fsync|full_page_writes)=/;
  const own = settings(postgresArguments({ cluster: '', port: 0, fsync: true }));
  expect(settings(main['postgres']?.command ?? [])).toEqual(own.filter((setting) => !places.test(setting)));
});
