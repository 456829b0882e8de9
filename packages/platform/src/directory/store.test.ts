import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { accountId, newRowId, userId } from '@parley/contracts/ids';
import {
  ANY_ACCOUNT,
  seedAccount,
  testDatabase,
  type SeededAccount,
  type TestDatabase,
} from '@parley/testkit';
import type { Kysely } from 'kysely';
import { createDatabase } from '../db/open-database.ts';
import { loadUserNames, loadUsers } from './store.ts';

let database: TestDatabase;
let db: Kysely<never>;
let seeded: SeededAccount;

beforeAll(async () => {
  database = await testDatabase();
  db = createDatabase<never>({ url: database.url, schema: 'gateway', maxConnections: 1 });
  seeded = await seedAccount(database.url, {
    users: [
      { user_name: 'bugs', email: 'Bugs@Acme.example', phone: '+12125550101' },
      { user_name: 'duck', phone: '+12125550101' },
    ],
  });
});
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

describe('users by address', () => {
  test('are found by phone and e-mail, in the order of the lookups', async () => {
    const account_id = ANY_ACCOUNT;
    const [bugs] = seeded.users;
    const found = await loadUsers(db, [
      { account_id, address: 'nobody@acme.example' },
      { account_id, address: 'bugs@acme.example' },
      { account_id, address: '+12125550199' },
    ]);
    expect(found).toEqual([null, bugs, null]);
  });

  test('are those of the account alone', async () => {
    const account_id = accountId.parse('another');
    expect(await loadUsers(db, [{ account_id, address: 'bugs@acme.example' }])).toEqual([null]);
  });

  test('are the same ones for everybody where two share a phone number', async () => {
    const lookup = { account_id: ANY_ACCOUNT, address: '+12125550101' };
    const [bugs, duck] = seeded.users;
    const first = [bugs, duck].toSorted()[0];
    expect(await loadUsers(db, [lookup, lookup])).toEqual([first, first]);
  });
});

test('names of users are told as far as the users exist', async () => {
  const [bugs] = seeded.users;
  if (bugs === undefined) throw new Error('nobody was seeded');
  expect(await loadUserNames(db, [userId.parse(newRowId()), bugs])).toEqual(new Map([[bugs, 'bugs']]));
});
