import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { aConsent, aMessage, openTestDatabase } from '@parley/testkit';
import { messageChanger } from '../change-messages/handler.ts';
import type { DispatcherTables } from '../database.ts';
import { contextOn, messageRow, SMS, waitingWork } from '../testing/rows.ts';
import {
  asked,
  CALLED_AT,
  forgetMessages,
  noteRows,
  outcomesOf,
  store,
  toldFacts,
  type Asked,
} from '../testing/stored-messages.ts';
import { addConsents } from '../record-consent/store.ts';
import { judgeRedrive } from './decide.ts';

const HOUR_MS = 3_600_000;

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');

beforeEach(() => forgetMessages(db));
afterAll(close);

const redrive = (...items: Asked[]) => messageChanger(contextOn(db), judgeRedrive)(items);

describe('a redrive', () => {
  test.each(['failed', 'expired', 'undelivered', 'canceled'] as const)(
    'of what is %s opens the next round: queued, with all calls and the whole time before it',
    async (status) => {
      const now = Date.now();
      const created_at = new Date(now - 10 * HOUR_MS).toISOString();
      const expires_at = new Date(now - 6 * HOUR_MS).toISOString();
      const id = await store(db, aMessage({ status, created_at, expires_at, status_reason: 'http_400' }));
      expect(outcomesOf(await redrive(asked(id)))).toEqual(['queued']);
      const row = await messageRow(db, id);
      expect(row).toMatchObject({ round: 2, status_reason: null, attempts_spent: 0, attempt_no: 3 });
      expect(Date.parse(row.expires_at) - Date.parse(row.round_from ?? '')).toBe(4 * HOUR_MS);
      expect(await waitingWork(db, id)).toMatchObject([{ subject: 'work.send.normal.sms' }]);
      expect(await noteRows(db, id)).toMatchObject([
        { event: 'redriven', details: { by: 'key-1', was: status, reason: 'http_400', round: 2 } },
      ]);
      expect(await toldFacts(db, id)).toEqual([
        expect.objectContaining({ status: 'queued', round: 2, expires_at: row.expires_at }),
      ]);
    },
  );

  test('keeps the priority, and shows nothing of the rounds before', async () => {
    const overrides = { provider: SMS, provider_message_id: 'p-1', sent_at: CALLED_AT };
    const id = await store(db, aMessage({ status: 'undelivered', ...overrides }));
    await db.updateTable('message').set({ priority: 'high' }).execute();
    await redrive(asked(id));
    expect(await waitingWork(db, id)).toMatchObject([{ subject: 'work.send.high.sms' }]);
    const nothing = { provider: null, provider_message_id: null, sent_at: null };
    expect(await messageRow(db, id)).toMatchObject(nothing);
    expect(await toldFacts(db, id)).toMatchObject([nothing]);
  });

  test.each([
    ['undelivered', 1],
    ['failed', 0],
    ['expired', 0],
    ['canceled', 0],
  ] as const)('of what is %s changes the key that providers know it by %i times', async (status, resends) => {
    const id = await store(db, aMessage({ status }));
    await redrive(asked(id));
    expect((await messageRow(db, id)).resends).toBe(resends);
  });

  test.each(['scheduled', 'queued', 'sending', 'sent', 'delivered', 'read'] as const)(
    'is refused of what is %s',
    async (status) => {
      const id = await store(db, aMessage({ status }));
      expect(outcomesOf(await redrive(asked(id)))).toEqual(['conflict']);
      expect((await messageRow(db, id)).round).toBe(1);
    },
  );

  test('is refused where the recipient has opted out since, until he opts in again', async () => {
    const address = '+12125550177';
    const id = await store(db, aMessage({ status: 'failed', to: address }));
    await addConsents(db, [aConsent({ address })]);
    expect(outcomesOf(await redrive(asked(id)))).toEqual(['recipient_opted_out']);
    expect(await messageRow(db, id)).toMatchObject({ status: 'failed', round: 1 });
    await addConsents(db, [aConsent({ address, state: 'opted_in', received_at: new Date().toISOString() })]);
    expect(outcomesOf(await redrive(asked(id)))).toEqual(['queued']);
  });

  test('is refused of a chat message', async () => {
    expect(
      outcomesOf(await redrive(asked(await store(db, aMessage({ status: 'canceled', type: 'chat' }))))),
    ).toEqual(['conflict']);
  });

  test('asked for twice at once opens one round; the same request asked twice is answered twice', async () => {
    const [id, same] = [
      await store(db, aMessage({ status: 'failed' })),
      asked(await store(db, aMessage({ status: 'failed' }))),
    ];
    const two = await Promise.all([redrive(asked(id)), redrive(asked(id))]);
    expect(outcomesOf(two.flat()).toSorted()).toEqual(['conflict', 'queued']);
    const again = await Promise.all([redrive(same), redrive(same), redrive(same, same)]);
    expect(outcomesOf(again.flat())).toEqual(['queued', 'queued', 'queued', 'queued']);
    for (const one of [id, same.message_id]) {
      expect((await messageRow(db, one)).round).toBe(2);
      expect(await waitingWork(db, one)).toHaveLength(1);
      expect(await noteRows(db, one)).toHaveLength(1);
    }
  });
});
