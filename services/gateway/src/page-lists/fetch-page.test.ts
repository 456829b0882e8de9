import { expect, test } from '@jest/globals';
import { accountId } from '@parley/contracts/ids';
import { createDatabase } from '@parley/platform/db';
import { seedAccount, testDatabase } from '@parley/testkit';
import type { Tables } from '../database.ts';
import { selectSenders } from '../list-senders/store.ts';
import { selectUsers } from '../list-users/store.ts';

test('a key that no row can have finds nothing', async () => {
  const database = await testDatabase();
  await seedAccount(database.url, { users: [{ user_name: 'bugs' }] });
  const db = createDatabase<Tables>({ url: database.url, schema: 'gateway', maxConnections: 1 });
  const account = accountId.parse('acme');
  const after = (id: string) =>
    ({ style: 'keyset', after: { at: '2026-01-15T10:00:00.000Z', id }, limit: 9 }) as const;
  const nothing = { rows: [], next: null, total: null };
  expect(await selectUsers(db, account, after('\0'))).toEqual(nothing);
  expect(await selectSenders(db, account, after('no uuid'))).toEqual(nothing);
  await db.destroy();
  await database.drop();
});
