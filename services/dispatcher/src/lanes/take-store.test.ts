import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { connectionId, newMessageId, type MessageId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import { inTransaction } from '@parley/platform/db';
import { aMessage, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { DispatcherTables } from '../database.ts';
import { SMS } from '../testing/rows.ts';
import { idsInLanes, letWait, type WaitingAs } from '../testing/waiting-messages.ts';
import type { Lane } from './lane.ts';
import { advanceLanes, openLanes, reserveSlots } from './slot-store.ts';
import { takeWaiting, type TakenRow, type Wanted } from './take-store.ts';

const SENDER = '+12125550100';
const OTHER = connectionId.parse('sms-2');
const lane: Lane = { connection_id: SMS, sender: SENDER };

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');

afterEach(async () => {
  await sql`truncate message, waiting, lane`.execute(db);
});
afterAll(close);

let accepted = 1e12;
/** A message that was accepted after the one before. */
const next = (overrides: Partial<Message> = {}): Message =>
  aMessage({ created_at: new Date((accepted += 1)).toISOString(), ...overrides });
const wait = (count: number, as: WaitingAs = {}): Promise<MessageId[]> =>
  letWait(
    db,
    Array.from({ length: count }, () => next()),
    as,
  );
const waitOne = async (overrides: Partial<Message> = {}, as: WaitingAs = {}): Promise<MessageId> =>
  (await letWait(db, [next(overrides)], as))[0] ?? newMessageId();
/** What was taken, with the slots of limited lanes, and when those are free again. */
interface Row extends TakenRow {
  slot: number | null;
  clock: number;
  free_from: number;
}

async function take(overrides: Partial<Wanted> = {}, ...others: Wanted[]): Promise<Row[]> {
  const first: Wanted = {
    ...lane,
    via: SMS,
    rate: null,
    places: 100,
    which: 'all',
    types: null,
    ...overrides,
  };
  return inTransaction(db, async (trx) => {
    await openLanes(trx, [{ ...lane, connection_id: first.via }]);
    const rows = await takeWaiting(trx, [first, ...others]);
    const { via, sender, rate } = first;
    const taken = rows.filter(({ position, message_id }) => position === 0 && message_id !== null).length;
    const [slots] =
      rate === null || taken === 0
        ? []
        : await advanceLanes(trx, [{ connection_id: via, sender, rate, taken }]);
    const gap = 1_000 / (rate ?? 1);
    return rows.map((row, place) => ({
      ...row,
      slot: slots === undefined ? null : slots.slot + place * gap,
      clock: slots?.clock ?? 0,
      free_from: (slots?.slot ?? 0) + taken * gap,
    }));
  });
}
const idsOf = (rows: readonly TakenRow[]) => rows.flatMap(({ message_id }) => message_id ?? []);

describe('a lane without a limit', () => {
  test('gives as many as there are places, urgent ones first, then in the order of their accept', async () => {
    const late = await waitOne({ created_at: new Date(2e12).toISOString() });
    const first = await waitOne();
    const urgent = await waitOne({ created_at: new Date(3e12).toISOString() }, { priority: 'high' });
    expect(idsOf(await take({ places: 2 }))).toEqual([urgent, first]);
    const rest = await take({ places: 2 });
    expect(idsOf(rest)).toEqual([late]);
    expect(rest).toMatchObject([{ asked: 2, found: 1, slot: null }]);
    expect(await take()).toMatchObject([{ message_id: null, found: 0 }]);
  });

  test('gives each message to one of many who take at the same time', async () => {
    const ids = await wait(60);
    const taken = await Promise.all(Array.from({ length: 6 }, () => take({ places: 10 })));
    expect(taken.flatMap(idsOf).toSorted()).toEqual(ids.toSorted());
  });

  test('gives what stays with its connection apart from what any connection may send', async () => {
    const [bound, free] = [await waitOne({}, { bound: true }), await waitOne()];
    expect(idsOf(await take({ which: 'free', via: OTHER }))).toEqual([free]);
    expect(idsOf(await take({ which: 'free' }))).toEqual([]);
    expect(idsOf(await take({ which: 'bound' }))).toEqual([bound]);
  });

  test('gives another connection only the types that it can send', async () => {
    const [sms] = [await waitOne({ type: 'sms' }), await waitOne({ type: 'mms' })];
    expect(idsOf(await take({ via: OTHER, which: 'free', types: ['sms'] }))).toEqual([sms]);
  });
});

test('what is over meanwhile is dropped and takes no slot', async () => {
  const [canceled, live] = [await waitOne(), await waitOne()];
  await db.updateTable('message').set({ status: 'canceled' }).where('id', '=', canceled).execute();
  const [row, ...others] = await take({ rate: 100 });
  expect(row).toMatchObject({ message_id: live, slot: row?.clock });
  expect([others, await idsInLanes(db)]).toEqual([[], []]);
});

test('what another one has locked is passed over and stays', async () => {
  const [locked, free] = [await waitOne(), await waitOne()];
  await db.transaction().execute(async (trx) => {
    await trx.selectFrom('message').select('id').where('id', '=', locked).forUpdate().execute();
    expect(idsOf(await take({ rate: 100 }))).toEqual([free]);
  });
  expect(idsOf(await take({ rate: 100 }))).toEqual([locked]);
});

describe('a limited lane', () => {
  const slotsOf = (rows: readonly Row[]) => rows.map(({ slot, clock }) => Math.round((slot ?? 0) - clock));

  test('gives as many as it has slots within 100 ms', async () => {
    await wait(30);
    const rows = await take({ rate: 100 });
    expect(slotsOf(rows)).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
    expect(rows[0]).toMatchObject({ asked: 11, found: 11 });
    expect(Math.round((rows[0]?.free_from ?? 0) - (rows[0]?.clock ?? 0))).toBe(110);
  });

  test('gives the next only when their slots are near, wherever they are asked for', async () => {
    await wait(30);
    const [first] = await take({ rate: 100 });
    const rows = await take({ rate: 100 });
    const slots = rows.flatMap(({ slot }) => slot ?? []);
    for (const slot of slots) expect(slot).toBeGreaterThanOrEqual((first?.free_from ?? 0) - 1);
    const gaps = slots.slice(1).map((slot, index) => Math.round(slot - (slots[index] ?? 0)));
    expect(gaps).toEqual(gaps.map(() => 10));
  });

  test('gives one at a time when it is slow, and says when the next may be', async () => {
    await wait(2);
    const [row] = await take({ rate: 0.05 });
    expect(row).toMatchObject({ asked: 1, found: 1 });
    const [nothing] = await take({ rate: 0.05 });
    expect(nothing).toMatchObject({ asked: null, found: 0, message_id: null });
    expect(nothing?.next_slot).toBeCloseTo(row?.free_from ?? 0, 1);
  });

  test('keeps the slots that nobody needed', async () => {
    await waitOne();
    const [row] = await take({ rate: 100 });
    expect((row?.free_from ?? 0) - (row?.clock ?? 0)).toBeCloseTo(10, 1);
  });

  test('is left alone while another instance has it', async () => {
    await wait(2);
    await take({ rate: 100, places: 1 });
    await db.transaction().execute(async (trx) => {
      await trx.selectFrom('lane').selectAll().forUpdate().execute();
      expect(await take({ rate: 100 })).toMatchObject([{ asked: null, message_id: null }]);
    });
  });

  test('gives nothing back when what took it comes to nothing', async () => {
    const ids = await wait(3);
    const failing = inTransaction(db, async (trx) => {
      await openLanes(trx, [lane]);
      await takeWaiting(trx, [{ ...lane, via: SMS, rate: 100, places: 10, which: 'all', types: null }]);
      throw new Error('killed');
    });
    await expect(failing).rejects.toThrow('killed');
    const rows = await take({ rate: 100 });
    expect([idsOf(rows), slotsOf(rows)]).toEqual([ids, [0, 10, 20]]);
  });

  test('is not stopped by a slot that a clock made which has been set back since', async () => {
    await waitOne();
    await sql`insert into lane (connection_id, sender, next_slot) values (${SMS}, ${SENDER}, now() + interval '1 day')`.execute(
      db,
    );
    expect(slotsOf(await take({ rate: 100 }))).toEqual([0]);
  });

  test('can be asked for further slots, in a row', async () => {
    await wait(2);
    // A slot every 10 s: the next is still ahead, however slow the machine is.
    const [row] = await take({ rate: 0.1 });
    const { slot: first } = await reserveSlots(db, lane, { rate: 0.1, count: 5 });
    const { slot: next } = await reserveSlots(db, lane, { rate: 0.1, count: 1 });
    expect(first).toBeCloseTo(row?.free_from ?? 0, 1);
    expect(next - first).toBeCloseTo(50_000, 1);
  });
});

test('several lanes are taken from at once, each with its own limit', async () => {
  const [one, two] = [await wait(20), await wait(20, { connection_id: OTHER })];
  const rows = await take(
    { rate: 100 },
    { ...lane, connection_id: OTHER, via: OTHER, rate: null, places: 3, which: 'all', types: null },
  );
  expect(rows.filter(({ position }) => position === 0).flatMap(({ message_id }) => message_id)).toEqual(
    one.slice(0, 11),
  );
  expect(rows.filter(({ position }) => position === 1).flatMap(({ message_id }) => message_id)).toEqual(
    two.slice(0, 3),
  );
});
