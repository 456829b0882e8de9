import { expect, test } from '@jest/globals';
import { accountId } from '@parley/contracts/ids';
import { seedData } from '@parley/seed-data/seed-data';
import { silent } from '@parley/trial/progress';
import { expecting, newAccount } from './people.ts';
import { runningParley } from './running-parley.ts';

const parley = runningParley();
const seed = (id: string, messages: number) =>
  seedData(
    { messages, account_id: accountId.parse(id), days: 30 },
    {
      postgresUrl: parley.endpoint().postgresUrl,
      progress: silent,
      signal: new AbortController().signal,
    },
  );

test('what is made in bulk is listed, filed, counted and read like everything else', async () => {
  const owner = await newAccount(parley, 'bulk');
  expect(await seed('bulk', 3_000)).toBe(3_000);
  const numbered = await expecting(200, owner.asks('/v1/messages?page=1&per_page=1'));
  expect(numbered.body).toMatchObject({ meta: { total: 3_000 } });
  expect((await expecting(200, owner.asks('/v1/stats'))).body).toMatchObject({ total: 3_000 });
  for (const query of ['direction=inbound', 'status=delivered']) {
    const [listed] = await owner.lists(`${query}&limit=1`);
    const one = await owner.message(listed?.id ?? '');
    expect(one).toMatchObject({ ...listed });
    const named = await owner.lists(`provider_message_id=${one.provider_message_id}`);
    expect(named).toMatchObject([{ id: one.id }]);
  }
});

test('an account that is not there gets nothing', async () => {
  await expect(seed('nobody', 5)).rejects.toThrow('There is no account nobody');
});
