import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createDatabase } from '@parley/platform/db';
import { openConnection } from '@parley/platform/secrets';
import { testDatabase, testKeyring, type TestDatabase } from '@parley/testkit';
import type { Kysely } from 'kysely';
import { hashKey } from '../authenticate/authenticate.ts';
import { loadKeys } from '../authenticate/store.ts';
import type { Tables } from '../database.ts';
import { seedDemo } from './store.ts';

const secrets = (generation: number) => ({
  api_key: `parley_demo_send_${generation}`,
  admin_key: `parley_demo_admin_${generation}`,
  connections: {
    inbox: { secret: `inbox-${generation}` },
    sms: { secret: `sms-${generation}` },
    'sms-2': { secret: `sms-2-${generation}` },
    mail: { secret: `mail-${generation}` },
  },
  simulator_url: `http://127.0.0.1:900${generation}/`,
});

const keyring = testKeyring();
let database: TestDatabase;
let db: Kysely<Tables>;

beforeAll(async () => {
  database = await testDatabase();
  db = createDatabase<Tables>({ url: database.url, schema: 'gateway', maxConnections: 1 });
});

afterAll(async () => {
  await db.destroy();
  await database.drop();
});

async function connections() {
  const columns = ['id', 'priority', 'types', 'url', 'token', 'secrets'] as const;
  const rows = await db.selectFrom('connection').select(columns).orderBy('id').execute();
  for (const { secrets: stored } of rows) expect(stored.every(keyring.isCurrent)).toBe(true);
  return rows.map(({ token, ...row }) => ({
    ...row,
    secrets: openConnection(keyring, row.id, { ...row, token }).secrets,
  }));
}

const count = async (table: 'sender' | 'user' | 'api_key' | 'account') =>
  (await db.selectFrom(table).select('id').execute()).length;
const scopesOf = async (key: string) => (await loadKeys(db, [hashKey(key)])).get(hashKey(key))?.scopes;

test('the demo account is made whole', async () => {
  await seedDemo(db, keyring, secrets(1));
  expect(await connections()).toEqual([
    { id: 'inbox', priority: 0, types: [], url: null, secrets: ['inbox-1'] },
    { id: 'mail', priority: 0, types: ['email'], url: 'http://127.0.0.1:9001/mail', secrets: ['mail-1'] },
    { id: 'sms', priority: 0, types: ['sms', 'mms'], url: 'http://127.0.0.1:9001/sms', secrets: ['sms-1'] },
    {
      id: 'sms-2',
      priority: 1,
      types: ['sms', 'mms'],
      url: 'http://127.0.0.1:9001/sms-2',
      secrets: ['sms-2-1'],
    },
  ]);
  expect(await scopesOf('parley_demo_send_1')).toEqual(['send', 'read']);
  expect(await scopesOf('parley_demo_admin_1')).toEqual(['admin']);
  const users = await db.selectFrom('user').select('user_name').orderBy('user_name').execute();
  expect(users.map((user) => user.user_name)).toEqual(['bugs', 'duck', 'porky', 'rdibari']);
  const senders = await db.selectFrom('sender').select(['kind', 'address']).orderBy('address').execute();
  expect(senders).toHaveLength(4);
  expect(senders).toContainEqual({ kind: 'alphanumeric', address: 'MyCorp' });
});

test('making it again brings keys, secrets and URLs up to date and doubles nothing', async () => {
  await seedDemo(db, keyring, secrets(2));
  expect(await scopesOf('parley_demo_send_1')).toBeUndefined();
  expect(await scopesOf('parley_demo_send_2')).toEqual(['send', 'read']);
  expect(await connections()).toContainEqual({
    id: 'sms',
    priority: 0,
    types: ['sms', 'mms'],
    url: 'http://127.0.0.1:9002/sms',
    secrets: ['sms-2'],
  });
  expect(await Promise.all([count('account'), count('sender'), count('user'), count('api_key')])).toEqual([
    1, 4, 4, 2,
  ]);
});

test('what was taken away stays away: a sender, and a key until another one takes its place', async () => {
  await db.deleteFrom('sender').where('address', '=', 'MyCorp').execute();
  await db
    .updateTable('api_key')
    .set({ revoked_at: new Date().toISOString() })
    .where('id', '=', 'demo')
    .execute();
  await seedDemo(db, keyring, secrets(2));
  expect(await count('sender')).toBe(3);
  expect(await scopesOf('parley_demo_send_2')).toBeUndefined();
  await seedDemo(db, keyring, secrets(3));
  expect(await scopesOf('parley_demo_send_3')).toEqual(['send', 'read']);
});
