import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { query } from '../../test/query.ts';
import { standInRepository, type StandInRepository } from '../../test/stand-in-repository.ts';
import { removePostgresData, startPostgres, type PostgresServer } from '../servers/postgres.ts';
import { provision, type Provisioned } from './provision.ts';

const passwords = { gateway: 'g', ingest: 'i', dispatcher: 'd', reporting: 'r' };
let repository: StandInRepository;
let server: PostgresServer;
let first: Provisioned[];

const prepare = () =>
  provision({ superuserUrl: server.url, passwords, remedy: 'look closer', root: repository.root });

beforeAll(async () => {
  repository = await standInRepository();
  const dataDir = join(repository.scratch, 'postgres');
  server = await startPostgres({ dataDir, logFile: join(repository.scratch, 'postgres.log'), fsync: false });
  first = await Promise.all([prepare(), prepare()]);
});

afterAll(async () => {
  await server.stop({ immediate: true });
  await removePostgresData(join(repository.scratch, 'postgres'));
  await repository.remove();
});

test('of two instances that begin at once, one applies the migrations', async () => {
  expect(first.flatMap(({ applied }) => applied)).toEqual(['gateway/0001_thing.sql']);
  expect((await prepare()).applied).toEqual([]);
});

test('a service works with the tables of its own schema, owns nothing and sees nothing else', async () => {
  const { gateway, ingest } = (await prepare()).urls;
  await query(gateway, 'insert into gateway.thing values (1)');
  for (const statement of [
    'select * from gateway.thing',
    'create table ingest.mine (id int)',
    'create table public.mine (id int)',
    'create temporary table mine (id int)',
    'create schema mine',
    'set role parley_owner',
  ])
    await expect(query(ingest, statement)).rejects.toThrow(/permission denied|must be/);
  await expect(query(gateway, 'drop table gateway.thing')).rejects.toThrow(/must be owner/);
});

test('a server that cannot be reached is named in one sentence, without its password', async () => {
  const superuserUrl = 'postgres://postgres:hush@127.0.0.1:1/postgres';
  const failed = provision({ superuserUrl, passwords, remedy: 'check POSTGRES_URL', root: repository.root });
  await expect(failed).rejects.toMatchObject({
    code: 'not_ready',
    message: expect.stringContaining('127.0.0.1:1'),
  });
  await expect(failed).rejects.toMatchObject({ message: expect.not.stringContaining('hush') });
});
