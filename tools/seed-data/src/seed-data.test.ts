import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { accountId } from '@parley/contracts/ids';
import { seedAccount, testDatabase, type TestDatabase } from '@parley/testkit';
import { silent } from '@parley/trial/progress';
import { seedData } from './seed-data.ts';

const account_id = accountId.parse('acme');
let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
  await seedAccount(database.url, { id: account_id });
});
afterAll(() => database.drop());

test('where nobody lists what is made, it is not waited for without end', async () => {
  const around = { progress: silent, signal: new AbortController().signal, patienceMs: 100 };
  const made = seedData({ messages: 10, account_id, days: 1 }, { ...around, postgresUrl: database.url });
  await expect(made).rejects.toMatchObject({
    code: 'not_ready',
    message: expect.stringMatching(/^Reporting has listed nothing for 0.1 s; .* 10 messages are made/),
  });
});
