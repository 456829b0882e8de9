import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Resolution } from '@parley/contracts/requests/change-messages';
import { aMessage, openTestDatabase } from '@parley/testkit';
import { messageChanger } from '../change-messages/handler.ts';
import type { DispatcherTables } from '../database.ts';
import { contextOn, messageRow, waitingWork } from '../testing/rows.ts';
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
} from '../testing/stored-messages.ts';
import { judgeResolve } from './decide.ts';

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');

beforeEach(() => forgetMessages(db));
afterAll(close);

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

  test.each([
    ['sent', 'sent', 'not_sent'],
    ['not_sent', 'failed', 'retry'],
    ['retry', 'queued', 'sent'],
  ] as const)(
    'as %s twice is as once, and as something else after that refused',
    async (outcome, stands, other) => {
      const id = await storeHeld(db, aMessage());
      for (const _ of ['first', 'second'])
        expect(outcomesOf(await resolve(asked(id), outcome))).toEqual([stands]);
      expect((await noteRows(db, id)).filter(({ event }) => event === 'resolved')).toHaveLength(1);
      expect(outcomesOf(await resolve(asked(id), other))).toEqual(['conflict']);
    },
  );

  test('twice in one breath is as once', async () => {
    const id = await storeHeld(db, aMessage());
    const items = (['retry', 'retry', 'sent'] as const).map((outcome) => ({ ...asked(id), outcome }));
    const replies = await messageChanger(contextOn(db), judgeResolve)(items);
    expect(outcomesOf(replies)).toEqual(['queued', 'queued', 'conflict']);
    expect(await messageRow(db, id)).toMatchObject({ round: 2 });
  });

  test('is told of one round only: what was found out about the last one says nothing of this one', async () => {
    const id = await storeHeld(db, aMessage());
    await resolve(asked(id), 'not_sent');
    await db.updateTable('message').set({ round: 2 }).where('id', '=', id).execute();
    expect(outcomesOf(await resolve(asked(id), 'not_sent'))).toEqual(['conflict']);
  });

  test('is answered the same when its request comes again', async () => {
    const request = asked(await storeHeld(db, aMessage()));
    await resolve(request, 'sent');
    expect(outcomesOf(await resolve(request, 'sent'))).toEqual(['sent']);
  });
});
