import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { newUserId } from '@parley/contracts/ids';
import { inTransaction } from '@parley/platform/db';
import { ANY_ACCOUNT, seedAccount, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import { updateUser } from '../change-user/store.ts';
import { insertUser } from '../create-user/store.ts';
import type { Tables } from '../database.ts';
import { deleteUser } from '../remove-user/store.ts';

const PHONE = '+12125550101';
const MAILBOX = 'bugs@acme.test';
const account_id = ANY_ACCOUNT;

const { db, url, close } = await openTestDatabase<Tables>('gateway');

beforeAll(async () => {
  await seedAccount(url);
  await seedAccount(url, { id: 'other' });
});
beforeEach(async () => {
  await sql`delete from address_owner`.execute(db);
  await db.deleteFrom('user').execute();
});
afterAll(close);

const add = (user_name: string, fields: { phone?: string | null; email?: string } = {}) =>
  inTransaction(db, (trx) => insertUser(trx, { id: newUserId(), account_id, user_name, ...fields }));
const change = (user_name: string, fields: { phone?: string | null; email?: string; first_name?: string }) =>
  inTransaction(db, (trx) => updateUser(trx, { account_id, user_name }, fields));
const remove = (user_name: string) => inTransaction(db, (trx) => deleteUser(trx, account_id, user_name));

/** Whose an address is or was, one after the other. */
async function ownersOf(address: string) {
  const { rows } = await sql<{ user_id: string; is_over: boolean }>`
    select user_id, until is not null as is_over from address_owner
    where account_id = ${account_id} and address = ${address} order by since, until`.execute(db);
  return rows.map(({ user_id, is_over }) => [user_id, is_over ? 'was' : 'is']);
}

test('addresses are a user’s from the start, or from when they are gained', async () => {
  const bugs = await add('bugs', { email: MAILBOX });
  expect(await ownersOf(MAILBOX)).toEqual([[bugs.id, 'is']]);
  expect(await ownersOf(PHONE)).toEqual([]);
  await change('bugs', { phone: PHONE });
  expect(await ownersOf(PHONE)).toEqual([[bugs.id, 'is']]);
});

test('a change of anything else, or to what is already there, changes nothing', async () => {
  await add('bugs', { phone: PHONE, email: MAILBOX });
  const before = await sql`select * from address_owner order by id`.execute(db);
  await change('bugs', { first_name: 'Bugs', phone: PHONE });
  expect((await sql`select * from address_owner order by id`.execute(db)).rows).toEqual(before.rows);
});

test('what is lost was theirs, also when the user is gone, and may be gained again', async () => {
  const bugs = await add('bugs', { phone: PHONE, email: MAILBOX });
  await change('bugs', { phone: null });
  expect(await ownersOf(PHONE)).toEqual([[bugs.id, 'was']]);
  await change('bugs', { phone: PHONE });
  expect((await ownersOf(PHONE)).map(([, when]) => when)).toEqual(['was', 'is']);
  await remove('bugs');
  expect(await ownersOf(MAILBOX)).toEqual([[bugs.id, 'was']]);
});

test('of those who share an address it is the first one’s, and the next one’s after them', async () => {
  const bugs = await add('bugs', { phone: PHONE });
  const duck = await add('duck', { phone: PHONE });
  expect(await ownersOf(PHONE)).toEqual([[bugs.id, 'is']]);
  await remove('bugs');
  expect(await ownersOf(PHONE)).toEqual([
    [bugs.id, 'was'],
    [duck.id, 'is'],
  ]);
});

test('whoever changes at the same time, it ends as one after the other', async () => {
  for (const name of ['a', 'b', 'c', 'd']) await add(name, { phone: PHONE });
  await Promise.all(['a', 'b', 'c'].map((name) => change(name, { phone: null })));
  const owners = await ownersOf(PHONE);
  expect(owners.filter(([, when]) => when === 'is')).toHaveLength(1);
  const last = await db.selectFrom('user').select('id').where('user_name', '=', 'd').executeTakeFirst();
  expect(owners.at(-1)).toEqual([last?.id, 'is']);
});
