import { expect, test } from '@jest/globals';
import { createDatabase } from '@parley/platform/db';
import { sql } from 'kysely';
import { seedAccount } from '../builders/seed-account.ts';
import { inSession } from './session.ts';
import { testDatabase } from './test-database.ts';

async function count(url: string, table: string): Promise<number> {
  return inSession(url, async (db) => {
    const { rows } = await sql<{ count: number }>`select count(*) from ${sql.table(table)}`.execute(db);
    return rows[0]?.count ?? -1;
  });
}

test('a test database has the tables of all four services and nothing in them', async () => {
  const { url, drop } = await testDatabase();
  const tables = ['gateway.account', 'ingest.receipt', 'dispatcher.message', 'reporting.message'];
  expect(await Promise.all(tables.map((table) => count(url, table)))).toEqual([0, 0, 0, 0]);
  await drop();
});

test('what is written into one test database is not seen in another', async () => {
  const [one, other] = await Promise.all([testDatabase(), testDatabase()]);
  await seedAccount(one.url, {
    users: [{ user_name: 'ann', phone: '+12125550100' }],
    connections: [{ id: 'sms', provider: 'sms-gateway', types: ['sms'] }],
    api_keys: [{ id: 'k', key_hash: Buffer.from('hash'), scopes: ['send'] }],
  });
  expect(await count(one.url, 'gateway.sender')).toBe(3);
  expect(await count(one.url, 'gateway.user')).toBe(1);
  expect(await count(other.url, 'gateway.account')).toBe(0);
  await Promise.all([one.drop(), other.drop()]);
});

test('dropping a database that something is still connected to fails and says what it is', async () => {
  const { url, drop } = await testDatabase();
  const leaked = createDatabase<Record<never, never>>({ url, schema: 'gateway' });
  // Held, for a pool closes what nobody has used for a while.
  await leaked.connection().execute(async (held) => {
    await sql`select 42 as forgotten`.execute(held);
    await expect(drop()).rejects.toThrow(/leaked 1 .*parley-gateway.*select 42 as forgotten/);
  });
  await expect(inSession(url, async () => {})).rejects.toThrow(/does not exist/);
  await leaked.destroy();
});
