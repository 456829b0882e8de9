import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createDatabase } from '@parley/platform/db';
import { openConnection, type Keyring } from '@parley/platform/secrets';
import { seedAccount, testDatabase, testKeyring, type TestDatabase } from '@parley/testkit';
import { sql, type Kysely } from 'kysely';
import type { Tables } from '../database.ts';
import { secretsSealer } from './seal.ts';
import { selectSecrets } from './store.ts';

const key = (byte: number): string => Buffer.alloc(32, byte).toString('base64url');
const old = testKeyring(`old:${key(1)}`);
const both = testKeyring(`new:${key(2)},old:${key(1)}`);
const young = testKeyring(`new:${key(2)}`);

let database: TestDatabase;
let db: Kysely<Tables>;

beforeAll(async () => {
  database = await testDatabase();
  db = createDatabase<Tables>({ url: database.url, schema: 'gateway', maxConnections: 2 });
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

beforeEach(async () => {
  await sql`truncate account cascade`.execute(db);
  const connection = { provider: 'sms-gateway', types: [] };
  await seedAccount(database.url, {
    connections: [
      { ...connection, id: 'one', token: 'the token', secrets: ['new secret', 'old secret'] },
      { ...connection, id: 'two', secrets: [] },
    ],
  });
});

/** What a start with these keys logs. */
async function startWith(keyring: Keyring): Promise<unknown[]> {
  const lines: unknown[] = [];
  const log = (...line: unknown[]): void => void lines.push(line);
  const sealer = secretsSealer({ db, keyring, logger: { info: log, warn: log, error: log } });
  await sealer.start();
  // It finishes what it has begun.
  await sealer.stop();
  return lines;
}

const openedWith = async (keyring: Keyring) =>
  (await selectSecrets(db, null, 10)).map((row) => openConnection(keyring, row.id, row));
const HUSH = [
  { token: 'the token', secrets: ['new secret', 'old secret'] },
  { token: null, secrets: [] },
];

test('what was stored before there was a key is sealed at the start, once', async () => {
  expect(await startWith(old)).toEqual([[{ connections: 1 }, expect.any(String)]]);
  const stored = await selectSecrets(db, null, 10);
  expect(JSON.stringify(stored)).not.toMatch(/the token|secret"/);
  expect(await openedWith(old)).toEqual(HUSH);
  expect(await startWith(old)).toEqual([]);
  expect(await selectSecrets(db, null, 10)).toEqual(stored);
});

test('a new key comes into use at the start, and then the old one is not needed any more', async () => {
  await startWith(old);
  await startWith(both);
  expect(await openedWith(young)).toEqual(HUSH);
});

test('a key that is lost is told in one line that names the key and what to do; nothing is destroyed', async () => {
  await startWith(old);
  expect(await startWith(young)).toEqual([
    [
      { connections: ['one'], count: 1, reason: expect.stringContaining('"old"') },
      expect.stringContaining('give SECRETS_KEY the key back'),
    ],
  ]);
  expect(await openedWith(old)).toEqual(HUSH);
});
