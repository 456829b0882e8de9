import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { DONE } from '@parley/platform/bus';
import { inTransaction } from '@parley/platform/db';
import { createMetrics } from '@parley/platform/runtime';
import { aMessage, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import { factReplay } from '../apply-facts/replay.ts';
import type { DispatcherTables } from '../database.ts';
import { outcomesOn } from '../testing/outcomes.ts';
import {
  aReceipt,
  contextOn,
  finishOf,
  messageRow,
  noteRows,
  retryAt,
  SMS,
  toldStatuses,
  unknownFinishOf,
} from '../testing/rows.ts';
import { toldFacts } from '../testing/stored-messages.ts';
import { recordFinishes } from '../send-message/record-finishes.ts';
import { receiptApplier } from './handler.ts';
import { createSweep } from './sweep.ts';

const RETRY_AT = new Date(Date.now() + 1_000).toISOString();

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');
let outcomes: ReturnType<typeof outcomesOn>;

beforeAll(async () => {
  outcomes = outcomesOn(db);
});
afterEach(() => outcomes.clear());
afterAll(close);

describe('a receipt', () => {
  test('on a message that was sent raises it and tells of it', async () => {
    const message = await outcomes.claimNew(aMessage());
    await outcomes.finish(finishOf(message));
    expect(await outcomes.receipts.apply([aReceipt('delivered')])).toEqual(DONE);
    expect(await messageRow(db, message.id)).toMatchObject({
      status: 'delivered',
      delivered_at: '2026-01-15T10:00:05.000Z',
      sent_at: '2026-01-15T10:00:00.000Z',
    });
    expect(await toldStatuses(db, message.id)).toEqual(['sent', 'delivered']);
    expect(outcomes.receipts.latest()).toBe('2026-01-15T10:00:05.000Z');
  });

  test('of a reading is stored and told with both its times, also before that of the delivery', async () => {
    const message = await outcomes.claimNew(aMessage());
    await outcomes.finish(finishOf(message));
    const read_at = '2026-01-15T10:00:09.000Z';
    await outcomes.receipts.apply([aReceipt('read', { occurred_at: read_at })]);
    expect(await outcomes.shown(message.id)).toMatchObject({
      status: 'read',
      read_at,
      delivered_at: read_at,
    });
    await outcomes.receipts.apply([aReceipt('delivered')]);
    await outcomes.receipts.apply([aReceipt('read', { occurred_at: read_at }), aReceipt('delivered')]);
    const delivered_at = '2026-01-15T10:00:05.000Z';
    expect(await outcomes.shown(message.id)).toMatchObject({ status: 'read', read_at, delivered_at });
    expect(await toldFacts(db, message.id)).toMatchObject([
      { status: 'sent', read_at: null },
      { status: 'read', read_at, delivered_at: read_at },
      { status: 'read', read_at, delivered_at },
    ]);
    expect(await noteRows(db, message.id)).toEqual([]);
  });

  test('that comes before its attempt is stored is applied together with it', async () => {
    const message = await outcomes.claimNew(aMessage());
    const receipt = aReceipt('delivered');
    await outcomes.receipts.apply([receipt]);
    expect(await outcomes.unmatched()).toEqual([receipt.receipt_id]);
    await outcomes.finish(finishOf(message));
    expect((await messageRow(db, message.id)).status).toBe('delivered');
    expect(await toldStatuses(db, message.id)).toEqual(['sent', 'delivered']);
    expect(await outcomes.unmatched()).toEqual([]);
  });

  test('that is committed at the same moment as its attempt is found by the sweep', async () => {
    const message = await outcomes.claimNew(aMessage());
    await inTransaction(db, async (trx) => {
      await recordFinishes(trx, [finishOf(message)], { queuedStaleMs: 60_000 });
      // Neither transaction sees what the other has not committed.
      await outcomes.receipts.apply([aReceipt('undelivered')]);
    });
    expect((await messageRow(db, message.id)).status).toBe('sent');
    await outcomes.sweep();
    expect(await messageRow(db, message.id)).toMatchObject({ status: 'undelivered', status_reason: '30003' });
    expect(await outcomes.unmatched()).toEqual([]);
  });

  test('on a message that waits to be tried again keeps it from being sent again', async () => {
    const message = await outcomes.claimNew(aMessage());
    await outcomes.finish(unknownFinishOf(message, retryAt(RETRY_AT)));
    const again = await outcomes.claimAgain(message.id);
    await outcomes.finish(finishOf(message));
    await outcomes.finish(unknownFinishOf(again, retryAt(RETRY_AT)));
    await outcomes.receipts.apply([aReceipt('delivered')]);
    expect(await messageRow(db, message.id)).toMatchObject({
      status: 'delivered',
      provider_message_id: 'p-1',
    });
    expect(await outcomes.claim({ message_id: message.id, connection_id: SMS })).toBeNull();
  });

  test('of another connection with the same id does not touch the message', async () => {
    const message = await outcomes.claimNew(aMessage());
    await outcomes.finish(finishOf(message));
    await db
      .updateTable('attempt')
      .set({ connection_id: sql`'other'` })
      .execute();
    await outcomes.receipts.apply([aReceipt('delivered')]);
    expect((await messageRow(db, message.id)).status).toBe('sent');
  });

  test('that changes nothing is noted once, with the reason', async () => {
    const message = await outcomes.claimNew(aMessage());
    await outcomes.finish(finishOf(message));
    const [first, late] = [aReceipt('delivered'), aReceipt('undelivered')];
    await outcomes.receipts.apply([first]);
    await outcomes.receipts.apply([first, late]);
    await outcomes.receipts.apply([late]);
    expect(await noteRows(db, message.id)).toMatchObject([
      {
        id: late.receipt_id,
        event: 'receipt_ignored',
        provider: 'sms',
        summary: 'A receipt says undelivered, which changes nothing: the message is delivered already.',
        details: { status: 'undelivered', reason: 'the message is delivered already' },
      },
    ]);
    expect(await toldStatuses(db, message.id)).toEqual(['sent', 'delivered']);
  });

  test('of an earlier delivery is told, but not counted again', async () => {
    const message = await outcomes.claimNew(aMessage());
    await outcomes.finish(finishOf(message));
    const counted: string[] = [];
    const count = (changes: readonly { status: string }[]) =>
      counted.push(...changes.map(({ status }) => status));
    const receipts = receiptApplier({ ...contextOn(db), count });
    await receipts.apply([aReceipt('delivered')]);
    await receipts.apply([aReceipt('delivered', { occurred_at: '2026-01-15T10:00:02.000Z' })]);
    expect((await outcomes.shown(message.id)).delivered_at).toBe('2026-01-15T10:00:02.000Z');
    expect(await toldStatuses(db, message.id)).toEqual(['sent', 'delivered', 'delivered']);
    expect(counted).toEqual(['delivered']);
  });

  test('on a call of an earlier round changes nothing', async () => {
    const message = await outcomes.claimNew(aMessage());
    await outcomes.finish(finishOf(message));
    await outcomes.receipts.apply([aReceipt('undelivered')]);
    await outcomes.openRound(message.id);
    await outcomes.receipts.apply([aReceipt('delivered')]);
    expect(await outcomes.shown(message.id)).toMatchObject({
      status: 'queued',
      round: 2,
      delivered_at: null,
    });
    expect(await noteRows(db, message.id)).toMatchObject([
      { event: 'receipt_ignored', details: { reason: 'the message is in round 2 by now' } },
    ]);
  });

  test('that nobody claims is kept for a week and no longer', async () => {
    const [old, young] = [
      aReceipt('delivered', { provider_message_id: 'nobody-knows' }),
      aReceipt('delivered', { provider_message_id: 'nobody-knows', received_at: new Date().toISOString() }),
    ];
    await outcomes.receipts.apply([old, young]);
    await outcomes.sweep();
    expect(await outcomes.unmatched()).toEqual([young.receipt_id]);
  });

  test('that nobody claims is counted as an orphan after a while, and until its message appears', async () => {
    const metrics = createMetrics('dispatcher');
    const sweep = createSweep({ ...contextOn(db), metrics, orphanAfterMs: 600_000 });
    const orphans = async () => {
      await sweep();
      return /^orphan_receipts\{.*\} (\d+)$/m.exec((await metrics.expose()).body)?.[1];
    };
    const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
    const message = await outcomes.claimNew(aMessage());
    await outcomes.receipts.apply([
      aReceipt('delivered', { received_at: ago(11) }),
      aReceipt('delivered', { provider_message_id: 'nobody-knows', received_at: ago(11) }),
      aReceipt('delivered', { provider_message_id: 'nobody-knows', received_at: ago(9) }),
    ]);
    expect(await orphans()).toBe('2');
    await outcomes.finish(finishOf(message));
    expect(await orphans()).toBe('1');
  });

  test('that cannot be stored is rejected alone', async () => {
    const message = await outcomes.claimNew(aMessage());
    await outcomes.finish(finishOf(message));
    const verdicts = await Promise.all([
      outcomes.receipts.apply([aReceipt('delivered', { error_code: 'not\u0000storable' })]),
      outcomes.receipts.apply([aReceipt('delivered')]),
    ]);
    expect(verdicts).toMatchObject([{ verdict: 'reject' }, { verdict: 'done' }]);
    expect((await messageRow(db, message.id)).status).toBe('delivered');
  });

  test('that cannot be stored does not keep those that came with it from being applied', async () => {
    const message = await outcomes.claimNew(aMessage());
    await outcomes.finish(finishOf(message));
    const bad = aReceipt('delivered', { error_code: 'not\u0000storable' });
    const early = aReceipt('delivered', { provider_message_id: 'not yet' });
    expect(await outcomes.receipts.apply([aReceipt('undelivered'), bad, early])).toEqual({
      verdict: 'reject',
      reason: expect.stringContaining(`${bad.receipt_id} cannot be stored: `),
    });
    expect((await messageRow(db, message.id)).status).toBe('undelivered');
    expect(await outcomes.unmatched()).toEqual([early.receipt_id]);
  });
});

test('a replay applies every page and says which receipts were refused, without losing their neighbours', async () => {
  const message = await outcomes.claimNew(aMessage());
  await outcomes.finish(finishOf(message));
  const bad = aReceipt('undelivered', { error_code: 'not\u0000storable' });
  const pages = [[aReceipt('undelivered')], [bad, aReceipt('delivered')]];
  const refused: unknown[] = [];
  const replay = factReplay({
    ask: async ({ since, after }) => {
      const next = after === null ? { changed_at: since, id: 'page-1' } : null;
      return { rows: pages[after === null ? 0 : 1] ?? [], next };
    },
    applier: outcomes.receipts,
    logger: { error: (...args: readonly unknown[]) => void refused.push(args[0]) },
  });
  await replay('2026-01-15T10:00:00.000Z', new AbortController().signal);
  expect((await messageRow(db, message.id)).status).toBe('delivered');
  expect(refused).toMatchObject([{ reason: expect.stringContaining(bad.receipt_id) }]);
});
