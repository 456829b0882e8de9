import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createDatabase } from '@parley/platform/db';
import { testDatabase, type TestDatabase } from '@parley/testkit';
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

const connections = () =>
  db.selectFrom('connection').select(['id', 'priority', 'types', 'url', 'secrets']).orderBy('id').execute();
const count = async (table: 'sender' | 'user' | 'api_key' | 'account') =>
  (await db.selectFrom(table).select('id').execute()).length;
const scopesOf = async (key: string) => (await loadKeys(db, [hashKey(key)])).get(hashKey(key))?.scopes;

test('the demo account is made whole', async () => {
  await seedDemo(db, secrets(1));
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
  await seedDemo(db, secrets(2));
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
  await seedDemo(db, secrets(2));
  expect(await count('sender')).toBe(3);
  expect(await scopesOf('parley_demo_send_2')).toBeUndefined();
  await seedDemo(db, secrets(3));
  expect(await scopesOf('parley_demo_send_3')).toEqual(['send', 'read']);
});
