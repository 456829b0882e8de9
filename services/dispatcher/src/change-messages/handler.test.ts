import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { accountId, newMessageId } from '@parley/contracts/ids';
import { createDatabase } from '@parley/platform/db';
import { Unavailable } from '@parley/platform/runtime';
import { aMessage, openTestDatabase } from '@parley/testkit';
import { judgeCancel } from '../cancel-messages/decide.ts';
import type { DispatcherTables } from '../database.ts';
import { contextOn } from '../testing/rows.ts';
import { asked, forgetMessages, outcomesOf, store, type Asked } from '../testing/stored-messages.ts';
import { messageChanger } from './handler.ts';

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');

beforeEach(() => forgetMessages(db));
afterAll(close);

const cancel = (...items: Asked[]) => messageChanger(contextOn(db), judgeCancel)(items);

test('requests are answered in their order, those for what the account does not have too', async () => {
  const [first, second] = [
    await store(db, aMessage({ status: 'queued' })),
    await store(db, aMessage({ status: 'sent' })),
  ];
  const foreign = { ...asked(first), account_id: accountId.parse('another') };
  const replies = await cancel(asked(second), foreign, asked(newMessageId()), asked(first));
  expect(outcomesOf(replies)).toEqual(['not_cancelable', 'not_found', 'not_found', 'canceled']);
});

test('requests fail as unavailable when the database is away', async () => {
  const away = createDatabase<DispatcherTables>({ url: 'postgres://127.0.0.1:1/none', schema: 'dispatcher' });
  const asking = messageChanger(contextOn(away), judgeCancel)([asked(newMessageId())]);
  await expect(asking).rejects.toBeInstanceOf(Unavailable);
  await away.destroy();
});
