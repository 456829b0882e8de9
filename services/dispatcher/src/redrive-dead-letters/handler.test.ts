import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { newRowId, type MessageId } from '@parley/contracts/ids';
import type { RedriveDeadLettersItem } from '@parley/contracts/requests/dead-letters';
import { aMessage, ANY_ACCOUNT, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { DispatcherTables } from '../database.ts';
import {
  ANY_LETTER,
  SCOPE_OPTIONS,
  secondsAgo,
  storeBusLetter,
  storeOrphan,
} from '../testing/dead-letters.ts';
import { contextOn, messageRow, waitingWork } from '../testing/rows.ts';
import { forgetMessages, noteRows, store } from '../testing/stored-messages.ts';
import { deadLetterRedriver } from './handler.ts';

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');

beforeEach(() => forgetMessages(db));
afterAll(close);

async function redrive(overrides: Partial<RedriveDeadLettersItem> = {}): Promise<string[]> {
  const item = {
    account_id: ANY_ACCOUNT,
    whole: true,
    filter: ANY_LETTER,
    limit: 500,
    by: 'key-1',
    request_id: newRowId(),
    ...overrides,
  };
  const [reply] = await deadLetterRedriver({ ...contextOn(db), ...SCOPE_OPTIONS })([item]);
  return reply?.redriven ?? [];
}

/** Messages that failed, the oldest first. */
async function failed(count: number): Promise<MessageId[]> {
  const ids: MessageId[] = [];
  for (let index = 0; index < count; index += 1) {
    const id = await store(db, aMessage({ status: 'failed', status_reason: 'http_400' }));
    await sql`update message set changed_at = ${secondsAgo(1_000 - index)} where id = ${id}`.execute(db);
    ids.push(id);
  }
  return ids;
}

test('messages open their next round, the oldest first, and say who asked', async () => {
  const ids = await failed(3);
  expect(await redrive({ limit: 2 })).toEqual(ids.slice(0, 2));
  const rounds = await Promise.all(ids.map(async (id) => (await messageRow(db, id)).round));
  expect(rounds).toEqual([2, 2, 1]);
  expect(await noteRows(db, ids[0] ?? aMessage().id)).toMatchObject([
    { event: 'redriven', details: { by: 'key-1' } },
  ]);
});

test('a message that may have been sent is sent again only where it is asked for by its id or its reason', async () => {
  const id = await store(db, aMessage({ status: 'failed', status_reason: 'outcome_unknown' }));
  expect(await redrive()).toEqual([]);
  expect(await redrive({ filter: { ...ANY_LETTER, kind: 'message' } })).toEqual([]);
  expect(await redrive({ filter: { ...ANY_LETTER, reason: 'outcome_unknown' } })).toEqual([id]);
  const other = await store(db, aMessage({ status: 'failed', status_reason: 'outcome_unknown' }));
  expect(await redrive({ filter: { ...ANY_LETTER, ids: [other] } })).toEqual([other]);
});

test('at most one message a hundredth of a second is sent again, whichever request takes it up', async () => {
  const ids = await failed(60);
  const begin = Date.now();
  await redrive({ limit: 30 });
  await redrive({ limit: 30 });
  for (const [index, id] of ids.entries()) {
    const { status, round_from, stale_after } = await messageRow(db, id);
    const released = Date.parse(round_from ?? '');
    expect(released).toBeGreaterThanOrEqual(begin + index * 10);
    expect([status, Date.parse(stale_after ?? '') - released]).toEqual(['queued', 60_000]);
    expect(await waitingWork(db, id)).toHaveLength(1);
  }
  const last = await messageRow(db, ids.at(-1) ?? aMessage().id);
  expect(await waitingWork(db, last.id)).toMatchObject([{ available_at: last.round_from }]);
});

test('two requests at once take up different messages, and the same request asked twice is one', async () => {
  const ids = await failed(8);
  const request_id = newRowId();
  const [one, two] = await Promise.all([redrive({ limit: 2 }), redrive({ limit: 2 })]);
  expect([...one, ...two].toSorted()).toEqual(ids.slice(0, 4).toSorted());
  const same = await Promise.all([redrive({ limit: 2, request_id }), redrive({ limit: 2, request_id })]);
  expect(same).toEqual([ids.slice(4, 6), ids.slice(4, 6)]);
  expect(await redrive()).toEqual(ids.slice(6));
});

test('bus messages are published again and are no dead letters any more', async () => {
  const id = await storeBusLetter(db, { kind: 'work', payload: '{"v":1}', ageS: 60 });
  expect(await redrive({ whole: false })).toEqual([]);
  expect(await redrive()).toEqual([id]);
  expect(await db.selectFrom('dead_letter').selectAll().execute()).toEqual([]);
  const { rows } = await sql`select subject, payload from outbox`.execute(db);
  expect(rows).toEqual([{ subject: 'work.subject', payload: '{"v":1}' }]);
});

test('an orphan receipt is applied again: it finds its message, or stays one', async () => {
  const id = await store(db, aMessage({ status: 'sent' }));
  const found = await storeOrphan(db, { received_at: secondsAgo(900) });
  const lost = await storeOrphan(db, { received_at: secondsAgo(800), provider_message_id: 'p-2' });
  await sql`insert into attempt (message_id, attempt_no, round, connection_id, outcome, provider_message_id, started_at,
    finished_at) values (${id}, 1, 1, 'sms', 'accepted', 'p-1', now(), now())`.execute(db);
  expect(await redrive({ filter: { ...ANY_LETTER, kind: 'orphan_receipt' } })).toEqual([found, lost]);
  expect((await messageRow(db, id)).status).toBe('delivered');
  const kept = await db.selectFrom('unmatched_receipt').select('receipt_id').execute();
  expect(kept).toEqual([{ receipt_id: lost }]);
});

test('orphan receipts that stay so, however old, keep nothing else from its turn', async () => {
  const lost = await storeOrphan(db, { received_at: secondsAgo(5_000) });
  const [id] = await failed(1);
  expect(await redrive({ limit: 1 })).toEqual([id]);
  expect(await redrive({ limit: 1 })).toEqual([lost]);
});

test('only what the filter finds is taken up', async () => {
  const [first, second] = await failed(2);
  const expired = await store(db, aMessage({ status: 'expired' }));
  expect(await redrive({ filter: { ...ANY_LETTER, reason: 'expired' } })).toEqual([expired]);
  expect(await redrive({ filter: { ...ANY_LETTER, ids: [second ?? ''] } })).toEqual([second]);
  expect(await redrive()).toEqual([first]);
  expect(await redrive()).toEqual([]);
});
