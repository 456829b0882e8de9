import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { aMessage, openTestDatabase } from '@parley/testkit';
import { messageChanger } from '../change-messages/handler.ts';
import type { DispatcherTables } from '../database.ts';
import { contextOn, messageRow } from '../testing/rows.ts';
import {
  asked,
  forgetMessages,
  outcomesOf,
  store,
  toldFacts,
  type Asked,
} from '../testing/stored-messages.ts';
import { judgeRead } from './decide.ts';

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');

beforeEach(() => forgetMessages(db));
afterAll(close);

const read = (...items: Asked[]) => messageChanger(contextOn(db), judgeRead)(items);

describe('marking as read', () => {
  test('is for chat messages, and the first time counts', async () => {
    const id = await store(db, aMessage({ status: 'sent', type: 'chat' }));
    expect(outcomesOf(await read(asked(id)))).toEqual(['read']);
    const { read_at } = await messageRow(db, id);
    expect(outcomesOf(await read(asked(id), asked(id)))).toEqual(['read', 'read']);
    expect((await messageRow(db, id)).read_at).toBe(read_at);
    expect(await toldFacts(db, id)).toMatchObject([{ status: 'read', read_at }]);
  });

  test('is refused of what went to a provider and of a chat message that nobody has', async () => {
    const ids = [
      await store(db, aMessage({ status: 'delivered' })),
      await store(db, aMessage({ status: 'canceled', type: 'chat' })),
    ];
    expect(outcomesOf(await read(...ids.map((id) => asked(id))))).toEqual(['conflict', 'conflict']);
  });
});
