import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Resolution } from '@parley/contracts/requests/change-messages';
import { createDatabase } from '@parley/platform/db';
import { aMessage, testDatabase, type TestDatabase } from '@parley/testkit';
import { messageChanger } from '../change-messages/handler.ts';
import type { Database, DispatcherTables } from '../database.ts';
import { contextOn, messageRow, waitingWork } from '../fixtures/rows.ts';
import {
  asked,
  CALLED_AT,
  forgetMessages,
  noteRows,
  outcomesOf,
  store,
  storeHeld,
  toldFacts,
  type Asked,
} from '../fixtures/stored-messages.ts';
import { judgeResolve } from './decide.ts';

let database: TestDatabase;
let db: Database;

beforeAll(async () => {
  database = await testDatabase();
  db = createDatabase<DispatcherTables>({ url: database.url, schema: 'dispatcher' });
});
beforeEach(() => forgetMessages(db));
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

const resolve = (item: Asked, outcome: Resolution) =>
  messageChanger(contextOn(db), judgeResolve)([{ ...item, outcome }]);

describe('resolving what is held', () => {
  test('as sent makes it sent at the time of the call', async () => {
    const id = await storeHeld(db, aMessage());
    expect(outcomesOf(await resolve(asked(id), 'sent'))).toEqual(['sent']);
    expect(await messageRow(db, id)).toMatchObject({ status_reason: null, sent_at: CALLED_AT, round: 1 });
    expect(await toldFacts(db, id)).toMatchObject([{ status: 'sent', sent_at: CALLED_AT }]);
    expect(await noteRows(db, id)).toMatchObject([
      { event: 'resolved', details: { by: 'key-1', outcome: 'sent', round: 1 } },
    ]);
  });

  test('as not sent makes it fail with that reason', async () => {
    const id = await storeHeld(db, aMessage());
    expect(outcomesOf(await resolve(asked(id), 'not_sent'))).toEqual(['failed']);
    expect(await messageRow(db, id)).toMatchObject({ status_reason: 'not_sent', stale_after: null });
  });

  test('by another try opens the next round', async () => {
    const id = await storeHeld(db, aMessage());
    expect(outcomesOf(await resolve(asked(id), 'retry'))).toEqual(['queued']);
    expect(await messageRow(db, id)).toMatchObject({ round: 2, attempts_spent: 0, status_reason: null });
    expect(await waitingWork(db, id)).toHaveLength(1);
  });

  test('is refused of everything else', async () => {
    for (const id of [
      await store(db, aMessage({ status: 'sending' })),
      await store(db, aMessage({ status: 'queued', status_reason: 'outcome_unknown' })),
    ])
      expect(outcomesOf(await resolve(asked(id), 'sent'))).toEqual(['conflict']);
  });

  test('twice is refused, unless it is the same request', async () => {
    const request = asked(await storeHeld(db, aMessage()));
    await resolve(request, 'sent');
    expect(outcomesOf(await resolve(request, 'sent'))).toEqual(['sent']);
    expect(outcomesOf(await resolve(asked(request.message_id), 'sent'))).toEqual(['conflict']);
  });
});
