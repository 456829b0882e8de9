import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { query } from '../../test/query.ts';
import { standInRepository, type StandInRepository } from '../../test/stand-in-repository.ts';
import { removePostgresData, startPostgres, type PostgresServer } from '../servers/postgres.ts';
import { provision, type Provisioned } from './provision.ts';

const passwords = { gateway: 'g', ingest: 'i', dispatcher: 'd', reporting: 'r', directory: 'x' };
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

test('a service owns the schema of its name and sees no other', async () => {
  const urls = first[0]?.urls;
  if (!urls) throw new Error('not provisioned');
  await query(urls.ingest, 'create table ingest.note (id int)');
  await expect(query(urls.ingest, 'select * from gateway.thing')).rejects.toThrow(
    /permission denied for schema gateway/,
  );
  await expect(query(urls.ingest, 'create schema mine')).rejects.toThrow(/permission denied/);
  await expect(query(urls.ingest, 'create table public.mine (id int)')).rejects.toThrow(/permission denied/);
});

test('the directory reader reads every table of the gateway, also later ones, and writes none', async () => {
  const urls = first[0]?.urls;
  if (!urls) throw new Error('not provisioned');
  await query(urls.gateway, 'create table if not exists gateway.later (id int)');
  expect(await query(urls.directory, 'select * from gateway.later')).toEqual([]);
  expect(await query(urls.directory, 'select * from gateway.thing')).toEqual([]);
  await expect(query(urls.directory, 'insert into gateway.thing values (1)')).rejects.toThrow(
    /permission denied/,
  );
  await expect(query(urls.directory, 'create table gateway.mine (id int)')).rejects.toThrow(
    /permission denied/,
  );
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
