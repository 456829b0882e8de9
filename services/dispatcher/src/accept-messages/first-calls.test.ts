import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { newMessageId, type MessageId } from '@parley/contracts/ids';
import { aConsent, anAcceptItem, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { DispatcherTables } from '../database.ts';
import { accepting, aDirectory, type Accepting, type AcceptingDirectory } from '../testing/accepting.ts';
import { aConnection } from '../testing/connections.ts';
import { messageRow, toldStatuses, waitingWork } from '../testing/rows.ts';
import { addConsents } from '../record-consent/store.ts';
import type { Attempt } from '../send-message/attempt.ts';
import { createFirstCalls } from '../send-message/first-calls.ts';
import { createGates, type Gates } from '../send-message/gates.ts';

const LEASE_MS = 30_000;
const ROOM = 2;
const connection = aConnection('sms');
const url = connection.url ?? '';

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');
let gates: Gates;
let begun: Attempt[];
let directory: AcceptingDirectory;
let accept: Accepting;

beforeEach(() => {
  begun = [];
  directory = aDirectory();
  directory.account.connections = [connection];
  gates = createGates({ connections: ROOM, inWork: 100 });
  const attempts = { begin: (attempt: Attempt) => void begun.push(attempt) };
  accept = accepting(db, directory, createFirstCalls({ gates, attempts, leaseMs: LEASE_MS }));
});
afterEach(async () => {
  await sql`truncate message, outbox, waiting, consent`.execute(db);
});
afterAll(close);

/** Accepts a message and returns its id. */
async function accepted(): Promise<MessageId> {
  const id = newMessageId();
  expect(await accept.one(anAcceptItem({ id }))).toMatchObject({
    outcome: 'accepted',
    messages: [{ id, status: 'queued', provider: null }],
  });
  return id;
}

/** How many more calls there is room for. */
function room(): number {
  const places = Array.from({ length: ROOM }, () => gates.enter(url)).filter((place) => place !== null);
  for (const place of places) place.leave();
  return places.length;
}

test('a message that can be sent at once is stored as claimed, and its call begins after the commit', async () => {
  const id = await accepted();
  const row = await messageRow(db, id);
  expect(row).toMatchObject({ status: 'sending', attempt_no: 1, attempts_spent: 0, provider: 'sms' });
  // The two are read off the clock one after the other.
  expect(Date.parse(row.stale_after ?? '') - Date.parse(row.changed_at)).toBeGreaterThan(LEASE_MS - 1_000);
  expect([await waitingWork(db, id), await toldStatuses(db, id)]).toEqual([[], []]);
  const claimed = { id, attempt_no: 1, provider: 'sms', idempotency_key: id, opted_out: false };
  expect(begun).toMatchObject([{ claimed, route: { connection, url }, slot: null, isTry: false }]);
});

test('its room is taken until the call is over', async () => {
  await accepted();
  expect(room()).toBe(ROOM - 1);
  begun[0]?.place.leave();
  expect(room()).toBe(ROOM);
});

test.each([
  ['the client wants it held when nobody knows', { on_unknown_outcome: 'hold' }],
  ['it would be over before anybody knew that its call was lost', { valid_for: LEASE_MS / 1_000 }],
  ['it is for later', { send_at: new Date(Date.now() + 60_000).toISOString() }],
] as const)('it goes to the bus when %s', async (_, overrides) => {
  const { recipients } = anAcceptItem();
  await accept.one(anAcceptItem({ recipients, ...overrides }));
  const [{ id } = { id: newMessageId() }] = recipients;
  expect(begun).toEqual([]);
  expect(await waitingWork(db, id)).toMatchObject([{ subject: 'work.send.normal.sms' }]);
});

test('it goes to the bus where a call must not be repeated, or there is no room for it', async () => {
  for (let n = 0; n < ROOM; n += 1) gates.enter(url);
  const crowded = await accepted();
  directory.account.connections = [aConnection('mean', { honours_idempotency_keys: false })];
  const mean = await accepted();
  for (const id of [crowded, mean]) {
    expect(await messageRow(db, id)).toMatchObject({ status: 'queued', attempt_no: 0, provider: null });
    expect(await waitingWork(db, id)).toHaveLength(1);
  }
  expect(begun).toEqual([]);
});

test('accepted again, it is not called for again', async () => {
  const id = await accepted();
  await accept.one(anAcceptItem({ id }));
  expect([begun.length, room()]).toEqual([1, ROOM - 1]);
});

test('what is not stored is not called for', async () => {
  await addConsents(db, [aConsent({ address: '+12125550199' })]);
  const [refused] = await accept.all([anAcceptItem({ to: '+12125550199' })]);
  expect(refused).toMatchObject({ outcome: 'refused', code: 'recipient_opted_out' });
  expect([begun.length, room()]).toEqual([0, ROOM]);
});
