import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { aMessage, ANY_ACCOUNT, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { DispatcherTables } from '../database.ts';
import { SMS } from '../testing/rows.ts';
import { letWait } from '../testing/waiting-messages.ts';
import type { BusyLane } from './find-lanes.ts';
import { createLaneBook, type KnownLane, type LaneBook } from './lane-book.ts';

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');
let time: number;
let book: LaneBook;

beforeEach(() => {
  time = 1_000;
  book = createLaneBook(db, () => time);
});
afterEach(async () => {
  await sql`truncate message, waiting`.execute(db);
});
afterAll(close);

const lane = (sender: string): BusyLane => ({
  connection_id: SMS,
  sender,
  account_id: ANY_ACCOUNT,
  since: '2026-01-15T10:00:00.000Z',
});
const due = (most = 100): string[] => book.due(most).map((known) => known.lane.sender);
function dueLane(sender: string): KnownLane {
  const found = book.due(100).find((known) => known.lane.sender === sender);
  if (found === undefined) throw new Error(`${sender} is not due`);
  return found;
}

test('lanes are looked into in turn', () => {
  book.add(['+1', '+2', '+3'].map(lane));
  expect(due(2)).toEqual(['+1', '+2']);
  for (const known of book.due(2)) book.looked(known, time);
  expect(due()).toEqual(['+3', '+1', '+2']);
});

test('one from which nothing can be taken yet is left alone until then', () => {
  book.add([lane('+1')]);
  book.looked(dueLane('+1'), time + 50);
  expect([due(), book.all()]).toEqual([[], [lane('+1')]]);
  time += 50;
  expect(due()).toEqual(['+1']);
});

test('an empty one is forgotten, unless somebody came meanwhile', () => {
  book.add([lane('+1'), lane('+2')]);
  const [first, second] = [dueLane('+1'), dueLane('+2')];
  book.add([lane('+2')]);
  book.looked(first, 'empty');
  book.looked(second, 'empty');
  expect(due()).toEqual(['+2']);
});

test('somebody who comes makes a lane due that was left alone', () => {
  book.add([lane('+1')]);
  book.looked(dueLane('+1'), time + 1_000);
  book.add([lane('+1')]);
  expect(due()).toEqual(['+1']);
});

test('lanes that others filled are found, and when the next message of each was accepted', async () => {
  book.add([lane('+1')]);
  book.looked(dueLane('+1'), time + 1_000);
  const created_at = '2026-01-15T11:00:00.000Z';
  await letWait(
    db,
    ['+1', '+2'].map((from) => aMessage({ from, created_at })),
  );
  await book.search();
  expect(due()).toEqual(['+2']);
  expect(book.all().map(({ since }) => since)).toEqual([created_at, created_at]);
});

test('however many lanes there are, all are found in time', async () => {
  await letWait(
    db,
    Array.from({ length: 1_200 }, (_, n) => aMessage({ from: `+${n}` })),
  );
  for (const found of [500, 1_000, 1_200]) {
    await book.search();
    expect(book.all()).toHaveLength(found);
  }
});
