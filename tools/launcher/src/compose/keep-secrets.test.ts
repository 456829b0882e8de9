import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepSecrets, openKeys } from './keep-secrets.ts';
import { reachProject } from './reach.ts';

const owners = ['gateway', 'ingest', 'dispatcher', 'reporting', 'simulator', 'postgres', 'nats', 'grafana'];
let folder: string;
const read = async (owner: string) => {
  const names = (await readdir(join(folder, owner))).toSorted();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, owner, name), 'utf8')));
  return Object.fromEntries(names.map((name, index) => [name, texts[index] ?? '']));
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-secrets-'));
  for (const owner of ['keys', ...owners]) await mkdir(join(folder, owner));
  await keepSecrets(folder);
});
afterAll(() => rm(folder, { recursive: true }));

test('every owner is given what its configuration asks for', async () => {
  expect(Object.keys(await read('gateway'))).toEqual([
    'GATEWAY_DATABASE_URL',
    'NATS_CLUSTER_URL',
    'NATS_URL',
    'SECRETS_KEY',
  ]);
  expect(Object.keys(await read('ingest'))).toEqual([
    'DIRECTORY_DATABASE_URL',
    'INGEST_DATABASE_URL',
    'NATS_CLUSTER_URL',
    'NATS_URL',
    'SECRETS_KEY',
  ]);
  expect(Object.keys(await read('simulator'))).toEqual(['CONNECTIONS']);
  const { NATS_URL = '', NATS_CLUSTER_URL = '' } = await read('dispatcher');
  expect(NATS_URL).toMatch(/^nats:\/\/dispatcher:\w+@nats:4222$/);
  expect(NATS_CLUSTER_URL.split(',')).toHaveLength(3);
});

test('no password is in two services', async () => {
  const { passwords, secrets } = await openKeys(join(folder, 'keys'), { make: false });
  for (const owner of owners) {
    const all = JSON.stringify(await read(owner));
    for (const service of ['gateway', 'ingest', 'dispatcher', 'reporting'] as const)
      expect([owner, all.includes(secrets.database_passwords[service])]).toEqual([owner, owner === service]);
    expect([owner, all.includes(passwords.postgres)]).toEqual([owner, owner === 'postgres']);
    expect([owner, all.includes(passwords.grafana)]).toEqual([owner, owner === 'grafana']);
    expect([owner, all.includes(passwords.nats)]).toEqual([owner, owner === 'nats']);
  }
});

test('making them again changes nothing, and two installations have nothing in common', async () => {
  const before = await Promise.all(owners.map(read));
  await keepSecrets(folder);
  expect(await Promise.all(owners.map(read))).toEqual(before);
});

test('what holds all of them is closed to others', async () => {
  for (const name of await readdir(join(folder, 'keys')))
    expect([name, (await stat(join(folder, 'keys', name))).mode & 0o077]).toEqual([name, 0]);
});

test('without secrets there is nothing to tell', async () => {
  await expect(openKeys(join(folder, 'gateway'), { make: false })).rejects.toMatchObject({
    code: 'broken_data_directory',
  });
});

test('the project is reached at the ports that it publishes', async () => {
  const keys = await openKeys(join(folder, 'keys'), { make: false });
  expect(reachProject(keys, { PORT: '9000', NATS_PORT: '' })).toMatchObject({
    baseUrl: 'http://127.0.0.1:9000',
    simulatorUrl: 'http://127.0.0.1:8090',
    providersUrl: 'http://simulator:8090',
    natsUrl: expect.stringMatching(/@127\.0\.0\.1:4222$/),
    apiKey: keys.secrets.api_key,
  });
});
