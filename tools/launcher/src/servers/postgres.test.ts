import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crashedLauncher } from '../../test/crashed-launcher.ts';
import { query } from '../../test/query.ts';
import { startTime } from '../processes/identity.ts';
import { removePostgresData, startPostgres, type PostgresServer } from './postgres.ts';

let folder: string;
let at: { dataDir: string; logFile: string };
let server: PostgresServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-postgres-'));
  at = { dataDir: join(folder, 'postgres'), logFile: join(folder, 'postgres.log') };
  server = await startPostgres({ ...at, fsync: false });
  await query(server.url, 'create table kept (id int)');
});

afterAll(async () => {
  await server.stop({ immediate: true });
  await removePostgresData(at.dataDir);
  await rm(folder, { recursive: true, force: true });
});

function show(name: string): Promise<unknown[]> {
  return query(server.url, `select current_setting('${name}') as value`);
}

describe('our PostgreSQL', () => {
  test('is version 18 with checksums, passwords and an eager autovacuum', async () => {
    expect(await show('server_version')).toEqual([{ value: expect.stringMatching(/^18\./) }]);
    expect(await show('data_checksums')).toEqual([{ value: 'on' }]);
    expect(await show('password_encryption')).toEqual([{ value: 'scram-sha-256' }]);
    expect(await show('autovacuum_naptime')).toEqual([{ value: '5s' }]);
    expect(await show('unix_socket_directories')).toEqual([{ value: '' }]);
  });

  test('sorts and folds by code point, in Unicode', async () => {
    const locale = `select datlocprovider::text, datlocale, pg_encoding_to_char(encoding) as encoding
      from pg_database where datname = current_database()`;
    expect(await query(server.url, locale)).toEqual([
      { datlocprovider: 'b', datlocale: 'C.UTF-8', encoding: 'UTF8' },
    ]);
  });

  test('lets nobody in without the password, which only its owner can read', async () => {
    const wrong = server.url.replace(/:[^:@]+@/, ':wrong@');
    await expect(query(wrong, 'select 1')).rejects.toThrow(/password authentication failed/);
    expect((await stat(join(at.dataDir, 'password'))).mode & 0o777).toBe(0o600);
  });

  test.each([
    ['a clean restart', () => server.restart()],
    ['an immediate stop', () => server.restart({ immediate: true })],
    ['a SIGKILL', () => server.kill().then(() => server.start())],
  ])('keeps its port and its data over %s', async (_what, restart) => {
    const before = server.pid;
    await restart();
    expect(server.pid).not.toBe(before);
    expect(await query(server.url, 'select count(*)::int as kept from kept')).toEqual([{ kept: 0 }]);
  });

  test('that a killed launcher left running is ended by the next start', async () => {
    await server.stop();
    const orphan = crashedLauncher('postgres', at);
    expect(startTime(orphan)).not.toBeNull();
    server = await startPostgres({ ...at, fsync: false });
    expect(startTime(orphan)).toBeNull();
    expect(await query(server.url, 'select id from kept')).toEqual([]);
  });

  test('is not kept from starting by a stale postmaster.pid, whoever has its number now', async () => {
    await server.kill();
    const file = join(at.dataDir, 'cluster', 'postmaster.pid');
    const stale = await readFile(file, 'utf8');
    await writeFile(file, stale.replace(/^\d+/, String(process.pid)));
    await server.start();
    expect(await query(server.url, 'select id from kept')).toEqual([]);
  });

  test('says in one sentence that its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const elsewhere = { dataDir: join(folder, 'second'), logFile: at.logFile, fsync: false, port };
    await expect(startPostgres(elsewhere)).rejects.toMatchObject({ code: 'port_in_use' });
    await removePostgresData(elsewhere.dataDir);
    other.close();
  });
});

test('a damaged cluster is refused in one sentence and left as it is', async () => {
  const elsewhere = { dataDir: join(folder, 'damaged'), logFile: join(folder, 'damaged.log'), fsync: false };
  await (await startPostgres(elsewhere)).stop();
  const control = join(elsewhere.dataDir, 'cluster', 'global', 'pg_control');
  await rm(control);
  const start = startPostgres(elsewhere);
  await expect(start).rejects.toMatchObject({
    code: 'broken_data_directory',
    message: expect.not.stringContaining('\n'),
  });
  await writeFile(join(elsewhere.dataDir, 'cluster', 'PG_VERSION'), '17\n');
  await expect(startPostgres(elsewhere)).rejects.toThrow('was made by PostgreSQL 17 and needs 18');
  await removePostgresData(elsewhere.dataDir);
});
