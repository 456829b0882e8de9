import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { ReceiptReceived } from '@parley/contracts/facts/receipt-facts';
import { newRowId } from '@parley/contracts/ids';
import { DONE } from '@parley/platform/bus';
import { createDatabase, inTransaction } from '@parley/platform/db';
import { createLogger, createMetrics } from '@parley/platform/runtime';
import { aMessage, testDatabase, type TestDatabase } from '@parley/testkit';
import fc from 'fast-check';
import { sql } from 'kysely';
import type { Database, DispatcherTables } from '../database.ts';
import {
  aReceipt,
  finishOf,
  messageRow,
  queue,
  retryAt,
  SMS,
  toldStatuses,
  unknownFinishOf,
} from '../fixtures/rows.ts';
import { createClaimer, type Claimed, type ClaimMessage } from '../send-message/claim.ts';
import { recordFinishes, type Finish } from '../send-message/record-finishes.ts';
import { commitChanges } from '../commit-changes.ts';
import { receiptApplier, type ReceiptApplier } from './handler.ts';
import { receiptReplay } from './replay.ts';
import { createSweep } from './sweep.ts';

const EXPIRES_AT = new Date(Date.now() + 3_600_000).toISOString();
const RETRY_AT = new Date(Date.now() + 1_000).toISOString();
const metrics = createMetrics('dispatcher');
const logger = createLogger('dispatcher', 'silent');

let database: TestDatabase;
let db: Database;
let claim: ClaimMessage;
let receipts: ReceiptApplier;
let sweep: () => Promise<void>;

beforeAll(async () => {
  database = await testDatabase();
  db = createDatabase<DispatcherTables>({ url: database.url, schema: 'dispatcher' });
  claim = createClaimer({ db, leaseMs: 30_000, maxQueued: 100, metrics });
  receipts = receiptApplier({ ...context(), metrics, logger });
  sweep = createSweep(context());
});
afterEach(clear);
afterAll(async () => {
  await db.destroy();
  await database.drop();
});

function context() {
  return { db, outbox: { publishNow: () => {} }, count: () => {} };
}

async function clear(): Promise<void> {
  await sql`truncate message, attempt, outbox, unmatched_receipt, note`.execute(db);
}

async function claimedMessage(): Promise<Claimed> {
  const message = aMessage({ expires_at: EXPIRES_AT });
  await queue(db, [message]);
  return claimAgain(message.id);
}

async function claimAgain(message_id: Claimed['id']): Promise<Claimed> {
  const claimed = await claim({ message_id, connection_id: SMS });
  if (claimed === null) throw new Error('was not claimed');
  return claimed;
}

const finish = (one: Finish) =>
  commitChanges(context(), (trx) => recordFinishes(trx, [one], { queuedStaleMs: 60_000 }));
const unmatched = async () =>
  (await db.selectFrom('unmatched_receipt').select('receipt_id').execute()).map((row) => row.receipt_id);

describe('a receipt', () => {
  test('on a message that was sent raises it and tells of it', async () => {
    const message = await claimedMessage();
    await finish(finishOf(message));
    expect(await receipts.apply([aReceipt('delivered')])).toEqual(DONE);
    expect(await messageRow(db, message.id)).toMatchObject({
      status: 'delivered',
      delivered_at: '2026-01-15T10:00:05.000Z',
      sent_at: '2026-01-15T10:00:00.000Z',
    });
    expect(await toldStatuses(db, message.id)).toEqual(['sent', 'delivered']);
    expect(receipts.latest()).toBe('2026-01-15T10:00:05.000Z');
  });

  test('that comes before its attempt is stored is applied together with it', async () => {
    const message = await claimedMessage();
    const receipt = aReceipt('delivered');
    await receipts.apply([receipt]);
    expect(await unmatched()).toEqual([receipt.receipt_id]);
    await finish(finishOf(message));
    expect((await messageRow(db, message.id)).status).toBe('delivered');
    expect(await toldStatuses(db, message.id)).toEqual(['sent', 'delivered']);
    expect(await unmatched()).toEqual([]);
  });

  test('that is committed at the same moment as its attempt is found by the sweep', async () => {
    const message = await claimedMessage();
    await inTransaction(db, async (trx) => {
      await recordFinishes(trx, [finishOf(message)], { queuedStaleMs: 60_000 });
      // Neither transaction sees what the other has not committed.
      await receipts.apply([aReceipt('undelivered')]);
    });
    expect((await messageRow(db, message.id)).status).toBe('sent');
    await sweep();
    expect(await messageRow(db, message.id)).toMatchObject({ status: 'undelivered', status_reason: '30003' });
    expect(await unmatched()).toEqual([]);
  });

  test('on a message that waits to be tried again keeps it from being sent again', async () => {
    const message = await claimedMessage();
    await finish(unknownFinishOf(message, retryAt(RETRY_AT)));
    const again = await claimAgain(message.id);
    await finish(finishOf(message));
    await finish(unknownFinishOf(again, retryAt(RETRY_AT)));
    await receipts.apply([aReceipt('delivered')]);
    expect(await messageRow(db, message.id)).toMatchObject({
      status: 'delivered',
      provider_message_id: 'p-1',
    });
    expect(await claim({ message_id: message.id, connection_id: SMS })).toBeNull();
  });

  test('of another connection with the same id does not touch the message', async () => {
    const message = await claimedMessage();
    await finish(finishOf(message));
    await db
      .updateTable('attempt')
      .set({ connection_id: sql`'other'` })
      .execute();
    await receipts.apply([aReceipt('delivered')]);
    expect((await messageRow(db, message.id)).status).toBe('sent');
  });

  test('that nobody claims is kept for a week and no longer', async () => {
    const [old, young] = [
      aReceipt('delivered', { provider_message_id: 'nobody-knows' }),
      aReceipt('delivered', { provider_message_id: 'nobody-knows', received_at: new Date().toISOString() }),
    ];
    await receipts.apply([old, young]);
    await sweep();
    expect(await unmatched()).toEqual([young.receipt_id]);
  });

  test('that cannot be stored is rejected alone', async () => {
    const message = await claimedMessage();
    await finish(finishOf(message));
    const verdicts = await Promise.all([
      receipts.apply([aReceipt('delivered', { error_code: 'not\u0000storable' })]),
      receipts.apply([aReceipt('delivered')]),
    ]);
    expect(verdicts).toMatchObject([{ verdict: 'reject' }, { verdict: 'done' }]);
    expect((await messageRow(db, message.id)).status).toBe('delivered');
  });

  test('that cannot be stored does not keep those that came with it from being applied', async () => {
    const message = await claimedMessage();
    await finish(finishOf(message));
    const bad = aReceipt('delivered', { error_code: 'not\u0000storable' });
    const early = aReceipt('delivered', { provider_message_id: 'not yet' });
    expect(await receipts.apply([aReceipt('undelivered'), bad, early])).toEqual({
      verdict: 'reject',
      reason: expect.stringContaining(`receipt ${bad.receipt_id} cannot be stored: `),
    });
    expect((await messageRow(db, message.id)).status).toBe('undelivered');
    expect(await unmatched()).toEqual([early.receipt_id]);
  });
});

test('a replay applies every page and says which receipts were refused, without losing their neighbours', async () => {
  const message = await claimedMessage();
  await finish(finishOf(message));
  const bad = aReceipt('undelivered', { error_code: 'not\u0000storable' });
  const pages = [[aReceipt('undelivered')], [bad, aReceipt('delivered')]];
  const refused: unknown[] = [];
  const replay = receiptReplay({
    ask: async ({ since, after }) => {
      const next = after === null ? { changed_at: since, id: 'page-1' } : null;
      return { rows: pages[after === null ? 0 : 1] ?? [], next };
    },
    receipts,
    logger: { error: (...args: readonly unknown[]) => void refused.push(args[0]) },
  });
  await replay('2026-01-15T10:00:00.000Z', new AbortController().signal);
  expect((await messageRow(db, message.id)).status).toBe('delivered');
  expect(refused).toMatchObject([{ receipt_id: bad.receipt_id }]);
});

test('any order and repetition of what became of two attempts and of their receipts ends in the same state', async () => {
  const reports: fc.Arbitrary<ReceiptReceived[]> = fc.array(
    fc.constantFrom('delivered', 'undelivered').map((status) => aReceipt(status, { receipt_id: newRowId() })),
    { maxLength: 3 },
  );
  const play = async (reported: readonly ReceiptReceived[], gen: fc.GeneratorValue) => {
    await clear();
    const first = await claimedMessage();
    await finish(unknownFinishOf(first, retryAt(RETRY_AT)));
    const second = await claimAgain(first.id);
    const events = [
      () => finish(finishOf(first)),
      () => finish(finishOf(second)),
      ...reported.map((receipt) => () => receipts.apply([receipt])),
    ];
    const order = gen(fc.shuffledSubarray, [...events, ...events], { minLength: events.length * 2 });
    for (const event of order) await event();
    const { status, status_reason, provider_message_id, sent_at, stale_after } = await messageRow(
      db,
      first.id,
    );
    expect(await unmatched()).toEqual([]);
    return { status, status_reason, provider_message_id, sent_at, stale_after };
  };
  await fc.assert(
    fc.asyncProperty(reports, fc.gen(), async (reported, gen) => {
      const best = ['delivered', 'undelivered'].find((status) =>
        reported.some((one) => one.status === status),
      );
      expect(await play(reported, gen)).toEqual({
        status: best ?? 'sent',
        status_reason: best === 'undelivered' ? '30003' : null,
        provider_message_id: 'p-1',
        sent_at: '2026-01-15T10:00:00.000Z',
        stale_after: null,
      });
    }),
    { numRuns: 40 },
  );
});
