import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { aMessage, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import { messageChanger } from '../change-messages/handler.ts';
import type { DispatcherTables } from '../database.ts';
import { contextOn, messageRow, toldStatuses } from '../testing/rows.ts';
import {
  asked,
  forgetMessages,
  noteRows,
  outcomesOf,
  store,
  storeAttempts,
  storeUnknownAttempt,
  type Asked,
} from '../testing/stored-messages.ts';
import { judgeRedrive } from '../redrive-messages/decide.ts';
import { judgeCancel } from './decide.ts';

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');

beforeEach(() => forgetMessages(db));
afterAll(close);

const cancel = (...items: Asked[]) => messageChanger(contextOn(db), judgeCancel)(items);

/** Puts all messages into a lane. */
async function waitInLanes(): Promise<void> {
  await sql`insert into waiting (message_id, account_id, type, connection_id, sender, urgency, since, bound)
    select id, account_id, type, 'sms', '', 1, now(), false from message`.execute(db);
}

describe('canceling', () => {
  test.each(['queued', 'scheduled'] as const)(
    'ends what is %s, tells of it and notes who asked',
    async (status) => {
      const id = await store(db, aMessage({ status }));
      expect(outcomesOf(await cancel(asked(id)))).toEqual(['canceled']);
      expect(await messageRow(db, id)).toMatchObject({ status: 'canceled', stale_after: null });
      expect(await toldStatuses(db, id)).toEqual(['canceled']);
      expect(await noteRows(db, id)).toMatchObject([
        { event: 'canceled', details: { by: 'key-1', was: status } },
      ]);
    },
  );

  test('again is as the first time', async () => {
    const id = await store(db, aMessage({ status: 'queued' }));
    await cancel(asked(id));
    expect(outcomesOf(await cancel(asked(id), asked(id)))).toEqual(['canceled', 'canceled']);
    expect(await noteRows(db, id)).toHaveLength(1);
    expect(await toldStatuses(db, id)).toEqual(['canceled']);
  });

  test.each(['sending', 'sent', 'delivered', 'undelivered', 'failed', 'expired', 'read'] as const)(
    'is refused of what is %s',
    async (status) => {
      const id = await store(db, aMessage({ status }));
      expect(outcomesOf(await cancel(asked(id)))).toEqual(['not_cancelable']);
      expect((await messageRow(db, id)).status).toBe(status);
      expect(await noteRows(db, id)).toEqual([]);
    },
  );

  test('is refused of a chat message, which is with its recipient at once', async () => {
    expect(
      outcomesOf(await cancel(asked(await store(db, aMessage({ status: 'sent', type: 'chat' }))))),
    ).toEqual(['not_cancelable']);
  });

  test('is refused when an earlier call may have sent it, by its reason or by that call', async () => {
    const [reasoned, called, before] = [
      await store(db, aMessage({ status: 'queued', status_reason: 'outcome_unknown' })),
      await store(db, aMessage({ status: 'queued', status_reason: 'throttled' })),
      await store(db, aMessage({ status: 'queued' })),
    ];
    await storeUnknownAttempt(db, called);
    await db.updateTable('message').set({ round: 2 }).where('id', '=', before).execute();
    await storeUnknownAttempt(db, before, 1);
    expect(outcomesOf(await cancel(asked(reasoned), asked(called), asked(before)))).toEqual([
      'not_cancelable',
      'not_cancelable',
      'canceled',
    ]);
  });

  test.each([
    [[], 'Canceled while it was queued, before any provider was called.'],
    [['throttled'], 'Canceled while it was queued: its one call did not send it.'],
    [['throttled', 'unavailable'], 'Canceled while it was queued: none of its 2 calls sent it.'],
    [
      ['refused', 'accepted'],
      'Canceled while it was queued, before it was sent again: a provider had taken it in an earlier round.',
    ],
    [
      ['unknown'],
      'Canceled while it was queued, before it was sent again: nobody knows whether a call of an earlier round sent it.',
    ],
  ])('after calls of an earlier round that came to %j says what is true of it', async (outcomes, summary) => {
    const id = await store(db, aMessage({ status: 'failed' }));
    await storeAttempts(db, id, outcomes);
    await messageChanger(contextOn(db), judgeRedrive)([asked(id)]);
    await cancel(asked(id));
    const { summary: said } = await db
      .selectFrom('note')
      .select('summary')
      .where('event', '=', 'canceled')
      .executeTakeFirstOrThrow();
    expect(said).toBe(summary);
  });

  test('of what was undelivered and is sent again says that a provider had taken it, whoever found that out', async () => {
    const id = await store(db, aMessage({ status: 'undelivered' }));
    await storeAttempts(db, id, ['unknown']);
    await messageChanger(contextOn(db), judgeRedrive)([asked(id)]);
    await cancel(asked(id));
    const said = await db.selectFrom('note').select('summary').where('event', '=', 'canceled').execute();
    expect(said).toEqual([
      { summary: expect.stringContaining('a provider had taken it in an earlier round') },
    ]);
  });

  test('takes the message out of its lane', async () => {
    const [canceled, other] = [
      await store(db, aMessage({ status: 'queued' })),
      await store(db, aMessage({ status: 'queued' })),
    ];
    await waitInLanes();
    await cancel(asked(canceled));
    const rows = await db.selectFrom('waiting').select('message_id').execute();
    expect(rows).toEqual([{ message_id: other }]);
  });

  test('does not wait for who is taking the message out of its lane', async () => {
    const id = await store(db, aMessage({ status: 'queued' }));
    await waitInLanes();
    await db.transaction().execute(async (trx) => {
      await sql`select from waiting for update`.execute(trx);
      expect(outcomesOf(await cancel(asked(id)))).toEqual(['canceled']);
    });
  });
});
