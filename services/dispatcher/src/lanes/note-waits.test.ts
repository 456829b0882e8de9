import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { connectionId, type MessageId } from '@parley/contracts/ids';
import { aMessage, ANY_ACCOUNT, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { DispatcherTables } from '../database.ts';
import { aConnection, directoryWith } from '../testing/connections.ts';
import { contextOn, messageRow, noteRows, SMS } from '../testing/rows.ts';
import { forgetMessages } from '../testing/stored-messages.ts';
import { entriesOf } from '../testing/timelines.ts';
import { letWait } from '../testing/waiting-messages.ts';
import { messageReader } from '../read-messages/handler.ts';
import { createReconciliation } from '../reconcile/reconcile.ts';
import { createDatabaseClock } from './database-clock.ts';
import { createTaking, type Take } from './take.ts';

const SENDER = '+12125550100';

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');
let take: Take;

beforeAll(async () => {
  take = createTaking({ db, clock: createDatabaseClock(), leaseMs: 30_000 });
});
afterEach(() => forgetMessages(db));
afterAll(close);

/** Two messages in a lane: the first for five seconds already, the other for no time. */
async function letTwoWait(): Promise<[MessageId, MessageId]> {
  const [first, other] = [aMessage({ from: SENDER }), aMessage({ from: SENDER })];
  await letWait(db, [first, other]);
  await sql`update message set changed_at = now() - interval '5 s' where id = ${first.id}`.execute(db);
  await sql`update message set changed_at = now() + interval '5 s' where id = ${other.id}`.execute(db);
  return [first.id, other.id];
}

const takeAll = (via = SMS) =>
  take([{ connection_id: SMS, sender: SENDER, via, rate: null, places: 10, which: 'all', types: null }]);

async function shownReason(
  message_id: MessageId,
  directory = directoryWith([aConnection('sms')]),
): Promise<string | null | undefined> {
  const [message] = await messageReader(db, directory)([{ account_id: ANY_ACCOUNT, message_id }]);
  return message?.status_reason;
}

test('a message that waited in a lane tells for how long and why after it left it, a short wait nothing', async () => {
  const [first, other] = await letTwoWait();
  const since = (await messageRow(db, first)).changed_at;
  const [taken] = await takeAll();
  expect(taken?.messages.map(({ claimed }) => claimed.waited_for)).toEqual(
    [first, other].map(() => 'waiting_for_turn'),
  );
  expect(await noteRows(db, other)).toEqual([]);
  const [, wait] = await entriesOf(db, first);
  expect(wait).toMatchObject({
    at: since,
    event: 'waiting',
    provider: 'sms',
    summary: expect.stringMatching(
      /^Waited \d+ ms for its turn in the lane of \+12125550100 at sms \(waiting_for_turn\)\.$/,
    ),
    details: { reason: 'waiting_for_turn', waited_ms: expect.any(Number), sender: SENDER },
  });
  expect(Number(wait?.details['waited_ms'])).toBeGreaterThanOrEqual(5_000);
});

test('one that another connection took over keeps why it had to wait', async () => {
  const [first] = await letTwoWait();
  await sql`update message set status_reason = 'provider_unavailable'`.execute(db);
  await takeAll(connectionId.parse('sms-2'));
  expect(await noteRows(db, first)).toMatchObject([
    {
      summary: expect.stringMatching(/\(provider_unavailable\), and went through sms-2\.$/),
      details: { reason: 'provider_unavailable' },
    },
  ]);
});

test('a message in a lane shows that it waits for its turn, and nothing of that when it is not there', async () => {
  const [first, other] = await letTwoWait();
  await sql`update message set status_reason = 'throttled' where id = ${other}`.execute(db);
  expect([await shownReason(first), await shownReason(other)]).toEqual(['waiting_for_turn', 'throttled']);
  await takeAll();
  expect(await shownReason(first)).toBeNull();
});

test('a message that no connection can send any more says so, unless only one may: that is waited for', async () => {
  const [first, other] = await letTwoWait();
  await sql`update message set status_reason = 'outcome_unknown' where id = ${other}`.execute(db);
  await sql`update waiting set bound = true where message_id = ${other}`.execute(db);
  await sql`insert into lane (connection_id, sender, paused_until, reason)
    values ('sms', '', '2126-01-15T10:00:00Z', 'throttled')`.execute(db);
  const none = directoryWith([], [aConnection('sms')]);
  expect([await shownReason(first, none), await shownReason(other, none)]).toEqual([
    'no_connection',
    'outcome_unknown',
  ]);
  const mail = [aConnection('mail', { provider: 'mail-gateway', types: ['email'] })];
  expect((await entriesOf(db, first, mail)).at(-1)).toMatchObject({
    event: 'waiting',
    summary: 'Waits in the lane of +12125550100 at sms until a connection of the account can send it.',
    details: { reason: 'no_connection', paused_until: null },
  });
  expect((await entriesOf(db, other, mail)).at(-1)?.details).toMatchObject({ reason: 'throttled' });
});

test('a message whose time is over in a lane says that its turn did not come', async () => {
  const [first] = await letTwoWait();
  await sql`update message set expires_at = now() - interval '1 s', stale_after = now() - interval '1 s'
    where id = ${first}`.execute(db);
  const bus = { connected: () => false, manager: () => Promise.reject(new Error('is not asked')) };
  await createReconciliation({
    ...contextOn(db),
    bus,
    directory: { connection: async () => null },
  }).overdue();
  expect(await messageRow(db, first)).toMatchObject({
    status: 'expired',
    status_reason: 'waiting_for_turn',
  });
  expect((await entriesOf(db, first)).at(-1)).toMatchObject({
    event: 'expired',
    summary: 'Its time was over before it could be sent: its turn did not come in time.',
  });
});
