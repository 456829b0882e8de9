import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { query } from '../../test/query.ts';
import { REPOSITORY } from '../repository.ts';
import { removePostgresData, startPostgres, type PostgresServer } from '../servers/postgres.ts';
import { serviceNames } from '../services.ts';
import { readGrants } from './grants.ts';
import { provision, type Provisioned } from './provision.ts';
import { databaseName, roleName, withDatabase } from './role-names.ts';

const PRIVILEGES = ['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger', 'maintain'];

let folder: string;
let server: PostgresServer;
let provisioned: Provisioned;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-grants-'));
  const dataDir = join(folder, 'postgres');
  server = await startPostgres({ dataDir, logFile: join(folder, 'postgres.log'), fsync: false });
  const passwords = { gateway: 'g', ingest: 'i', dispatcher: 'd', reporting: 'r' };
  provisioned = await provision({
    superuserUrl: server.url,
    passwords,
    remedy: 'look closer',
    root: REPOSITORY,
  });
});

afterAll(async () => {
  await server.stop({ immediate: true });
  await removePostgresData(join(folder, 'postgres'));
  await rm(folder, { recursive: true, force: true });
});

const asSuperuser = (statement: string): Promise<unknown[]> =>
  query(withDatabase(server.url, databaseName(server.url)), statement);

const SCHEMAS = serviceNames.map((name) => `'${name}'`).join(', ');
const columnRow = z.object({
  schema: z.enum(serviceNames),
  table: z.string(),
  column: z.string(),
  partition: z.boolean(),
});
const rightRow = columnRow
  .omit({ partition: true })
  .extend({ role: z.enum(serviceNames), privilege: z.string() });

/** What the files say, a line for each (role, column, privilege). */
function granted(columns: readonly z.infer<typeof columnRow>[]): string[] {
  return columns.flatMap(({ schema, table, column, partition }) =>
    serviceNames.flatMap((role) => {
      const rights = readGrants(REPOSITORY, schema)[role] ?? {};
      return [
        ...(rights[table] ?? (partition ? '' : rights['*']) ?? '').matchAll(/([a-z]+)(?: \(([^)]*)\))?/g),
      ]
        .filter(([, , only]) => only === undefined || only.split(', ').includes(column))
        .map(([, privilege]) => `${role} may ${privilege} ${schema}.${table}.${column}`);
    }),
  );
}

test('every role has exactly the rights on every column of every table that the files give it', async () => {
  const columns = z.array(columnRow).parse(
    await asSuperuser(`select n.nspname as schema, c.relname as table, a.attname as column, c.relispartition as partition
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
      where n.nspname in (${SCHEMAS}) and c.relkind in ('r', 'p', 'v', 'm') and not a.attisdropped`),
  );
  const rights = z.array(rightRow).parse(
    await asSuperuser(`select r.role, n.nspname as schema, c.relname as table, a.attname as column, p.privilege
      from unnest(array[${SCHEMAS}]) as r(role)
      cross join unnest(array[${PRIVILEGES.map((one) => `'${one}'`).join(', ')}]) as p(privilege)
      cross join pg_class c join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where n.nspname in (${SCHEMAS}) and c.relkind in ('r', 'p', 'v', 'm')
        and has_schema_privilege('parley_' || r.role, n.oid, 'usage')
        and case when p.privilege in ('select', 'insert', 'update', 'references')
          then has_column_privilege('parley_' || r.role, c.oid, a.attnum, p.privilege)
          else has_table_privilege('parley_' || r.role, c.oid, p.privilege) end`),
  );
  expect(columns.length).toBeGreaterThan(100);
  expect(columns.filter(({ partition }) => partition).length).toBeGreaterThan(0);
  const actual = rights.map(
    ({ role, privilege, schema, table, column }) => `${role} may ${privilege} ${schema}.${table}.${column}`,
  );
  expect(actual.toSorted()).toEqual(granted(columns).toSorted());
});

test('no service owns anything, is more than a user, or may make anything', async () => {
  const roles = serviceNames.map((name) => `'${roleName('parley', name)}'`).join(', ');
  expect(
    await asSuperuser(`select rolname from pg_roles where rolname in (${roles}, 'parley_owner')
      and (rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls)`),
  ).toEqual([]);
  expect(
    await asSuperuser(
      `select relname from pg_class where relowner in (select oid from pg_roles where rolname in (${roles}))`,
    ),
  ).toEqual([]);
  expect(
    await asSuperuser(`select r.rolname, n.nspname from pg_roles r cross join pg_namespace n
      where r.rolname in (${roles}) and has_schema_privilege(r.oid, n.oid, 'create')`),
  ).toEqual([]);
});

test.each([
  ['dispatcher', 'token', 'secrets'],
  ['ingest', 'secrets', 'token'],
] as const)('%s reads the %s of connections and not their %s', async (service, readable, hidden) => {
  const url = provisioned.urls[service];
  await query(url, `select ${readable} from gateway.connection`);
  await expect(query(url, `select ${hidden} from gateway.connection`)).rejects.toThrow(/permission denied/);
  await expect(query(url, 'select key_hash from gateway.api_key')).rejects.toThrow(/permission denied/);
});

test('nobody reads or changes what was noted of admin acts, but the gateway, which adds to it', async () => {
  const { gateway, dispatcher } = provisioned.urls;
  await query(gateway, 'select * from gateway.audit_log');
  await expect(query(gateway, 'update gateway.audit_log set details = details')).rejects.toThrow(
    /permission denied/,
  );
  await expect(query(gateway, 'delete from gateway.audit_log')).rejects.toThrow(/permission denied/);
  await expect(query(dispatcher, 'select * from gateway.audit_log')).rejects.toThrow(/permission denied/);
});
