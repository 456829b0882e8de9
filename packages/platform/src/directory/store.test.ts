import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { accountId, newRowId, userId } from '@parley/contracts/ids';
import {
  ANY_ACCOUNT,
  genericPlan,
  seedAccount,
  testDatabase,
  type SeededAccount,
  type TestDatabase,
} from '@parley/testkit';
import { sql, type Kysely } from 'kysely';
import { createDatabase } from '../db/open-database.ts';
import { loadFriendships, loadUserNames, loadUsers } from './store.ts';

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

test('users are found by their indexes, however many there are', async () => {
  await sql`insert into account (id, name) select 'filler-' || n, 'filler' from generate_series(1, 20) n`.execute(
    db,
  );
  await sql`insert into "user" (id, account_id, user_name, email, phone)
    select gen_random_uuid(), 'filler-' || (1 + n % 20), n, n || '@filler.example', '+1' || n
    from generate_series(1, 10000) n`.execute(db);
  await sql`insert into friend select one.id, other.id from "user" one join "user" other on one.id < other.id
    where one.user_name like '1%' and other.user_name like '20%'`.execute(db);
  await sql`analyze`.execute(db);
  await loadFriendships(db, []);
  const friends = await genericPlan(db, 'directory-friends');
  expect(friends).toContain('friend_pkey');
  expect(friends).not.toContain('Seq Scan');
  await loadUsers(db, []);
  const plan = await genericPlan(db, 'directory-users');
  expect(plan).toContain('user_phone');
  expect(plan).toContain('user_email');
  expect(plan).not.toContain('Seq Scan');
});
