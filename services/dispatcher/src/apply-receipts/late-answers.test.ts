import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { connectionId, newMessageId } from '@parley/contracts/ids';
import { aMessage, openTestDatabase } from '@parley/testkit';
import { commitChanges } from '../commit-changes.ts';
import type { DispatcherTables } from '../database.ts';
import { outcomesOn } from '../testing/outcomes.ts';
import {
  acceptedAs,
  aReceipt,
  attemptRows,
  contextOn,
  failedFor,
  finishOf,
  HELD,
  retryAt,
  SMS,
  STARTED_AT,
  toldStatuses,
  unknownFinishOf,
} from '../testing/rows.ts';
import { recordFinishes } from '../send-message/record-finishes.ts';

const RETRY_AT = new Date(Date.now() + 1_000).toISOString();

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');
let outcomes: ReturnType<typeof outcomesOn>;

beforeAll(async () => {
  outcomes = outcomesOn(db);
});
afterEach(() => outcomes.clear());
afterAll(close);

describe('a receipt that names its message', () => {
  test.each([
    ['is held', HELD],
    ['waits to be tried again', retryAt(RETRY_AT)],
    ['was called failed, because nobody knew', failedFor('outcome_unknown')],
  ])('settles one that %s', async (_, move) => {
    const message = await outcomes.claimNew(aMessage());
    await outcomes.finish(unknownFinishOf(message, move));
    await outcomes.receipts.apply([aReceipt('delivered', { client_reference: message.id })]);
    expect(await outcomes.shown(message.id)).toMatchObject({
      status: 'delivered',
      status_reason: null,
      provider: 'sms',
      provider_message_id: 'p-1',
      sent_at: STARTED_AT,
      stale_after: null,
    });
    expect(await attemptRows(db, message.id)).toMatchObject([
      { outcome: 'accepted', provider_message_id: 'p-1', detail: 'timeout', told_by: 'receipt' },
    ]);
    expect(await outcomes.claim({ message_id: message.id, connection_id: SMS })).toBeNull();
    expect(await outcomes.unmatched()).toEqual([]);
  });

  test('and comes before the call has ended settles it then, and nothing is sent again', async () => {
    const message = await outcomes.claimNew(aMessage());
    await outcomes.receipts.apply([aReceipt('undelivered', { client_reference: message.id })]);
    expect(await outcomes.unmatched()).toHaveLength(1);
    await outcomes.finish(unknownFinishOf(message, retryAt(RETRY_AT)));
    expect(await outcomes.shown(message.id)).toMatchObject({ status: 'undelivered', status_reason: '30003' });
    expect(await outcomes.unmatched()).toEqual([]);
  });

  test('and is committed at the same moment as the end of the call is found by the sweep', async () => {
    const message = await outcomes.claimNew(aMessage());
    await commitChanges(contextOn(db), async (trx) => {
      const recorded = await recordFinishes(trx, [unknownFinishOf(message, HELD)], { queuedStaleMs: 60_000 });
      // Neither transaction sees what the other has not committed.
      await outcomes.receipts.apply([aReceipt('delivered', { client_reference: message.id })]);
      return recorded;
    });
    expect((await outcomes.shown(message.id)).status).toBe('sending');
    await outcomes.sweep();
    expect((await outcomes.shown(message.id)).status).toBe('delivered');
    expect(await toldStatuses(db, message.id)).toEqual(['sending', 'delivered']);
  });

  test('settles one call for each thing that the provider took', async () => {
    const message = await outcomes.claimNew(aMessage());
    await outcomes.finish(unknownFinishOf(message, retryAt(RETRY_AT)));
    await outcomes.finish(unknownFinishOf(await outcomes.claimAgain(message.id), HELD));
    const client_reference = message.id;
    await outcomes.receipts.apply([
      aReceipt('undelivered', { client_reference, provider_message_id: 'p-2' }),
      aReceipt('undelivered', { client_reference, provider_message_id: 'p-1' }),
      aReceipt('delivered', { client_reference, provider_message_id: 'p-2' }),
    ]);
    expect(await outcomes.shown(message.id)).toMatchObject({ status: 'undelivered' });
    await outcomes.sweep();
    expect(await outcomes.shown(message.id)).toMatchObject({
      status: 'delivered',
      provider_message_id: 'p-2',
    });
    expect(await attemptRows(db, message.id)).toMatchObject([
      { outcome: 'accepted', provider_message_id: 'p-1' },
      { outcome: 'accepted', provider_message_id: 'p-2' },
    ]);
    expect(await outcomes.unmatched()).toEqual([]);
  });

  test('gives the call back that it was taken for when another one turns out to be its own', async () => {
    const message = await outcomes.claimNew(aMessage());
    await outcomes.finish(unknownFinishOf(message, retryAt(RETRY_AT)));
    const second = await outcomes.claimAgain(message.id);
    const client_reference = message.id;
    await outcomes.receipts.apply([
      aReceipt('undelivered', { client_reference, provider_message_id: 'p-2' }),
    ]);
    await outcomes.finish(finishOf(second, acceptedAs('p-2')));
    await outcomes.receipts.apply([aReceipt('delivered', { client_reference })]);
    expect(await attemptRows(db, message.id)).toMatchObject([
      { provider_message_id: 'p-1' },
      { provider_message_id: 'p-2', detail: null },
    ]);
    expect((await outcomes.shown(message.id)).status).toBe('delivered');
  });

  test('waits for a call that is under way, whose own it may be: nothing of an earlier round counts for a later one', async () => {
    const message = await outcomes.claimNew(aMessage());
    await outcomes.finish(unknownFinishOf(message, HELD));
    await outcomes.openRound(message.id);
    const again = await outcomes.claimAgain(message.id);
    const received_at = new Date().toISOString();
    await outcomes.receipts.apply([
      aReceipt('delivered', { client_reference: message.id, provider_message_id: 'p-2', received_at }),
    ]);
    await outcomes.sweep();
    await outcomes.finish(finishOf(again, acceptedAs('p-2')));
    expect(await outcomes.shown(message.id)).toMatchObject({
      status: 'delivered',
      round: 2,
      provider_message_id: 'p-2',
    });
    expect(await attemptRows(db, message.id)).toMatchObject([
      { outcome: 'unknown', provider_message_id: null },
      { outcome: 'accepted', provider_message_id: 'p-2' },
    ]);
  });

  test.each([
    ['of which every call was answered', { outcome: 'accepted' as const, provider_message_id: 'p-0' }, {}],
    ['that went through another connection', { connection_id: connectionId.parse('other') }, {}],
    ['that is not there', { detail: null }, { client_reference: newMessageId() }],
  ])('but one %s is kept', async (_, attempt, receipt) => {
    const message = await outcomes.claimNew(aMessage());
    await outcomes.finish(unknownFinishOf(message, HELD));
    await db.updateTable('attempt').set(attempt).execute();
    const named = { client_reference: message.id, received_at: new Date().toISOString(), ...receipt };
    await outcomes.receipts.apply([aReceipt('delivered', named)]);
    await outcomes.sweep();
    expect((await outcomes.shown(message.id)).status).toBe('sending');
    expect(await outcomes.unmatched()).toHaveLength(1);
  });
});
