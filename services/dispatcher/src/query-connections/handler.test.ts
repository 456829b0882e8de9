import { afterAll, afterEach, expect, test } from '@jest/globals';
import { connectionId } from '@parley/contracts/ids';
import { queryConnections, type ConnectionHealth } from '@parley/contracts/requests/query-connections';
import { aMessage, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { DispatcherTables } from '../database.ts';
import { SMS } from '../testing/rows.ts';
import { letWait } from '../testing/waiting-messages.ts';
import { connectionHealth } from './handler.ts';

const OTHER = connectionId.parse('sms-2');

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');

afterEach(async () => {
  await sql`truncate message, waiting, lane, breaker`.execute(db);
});
afterAll(close);

async function healthOf(connection_id = SMS): Promise<ConnectionHealth> {
  const [health] = await connectionHealth(db)([{ connection_id }]);
  return queryConnections.reply.parse(health);
}
const pause = (sender: string, reason: string, seconds: number) =>
  sql`insert into lane (connection_id, sender, paused_until, reason)
    values (${SMS}, ${sender}, now() + ${seconds}::int * interval '1 s', ${reason})`.execute(db);
const open = (seconds: number, probing = false) =>
  sql`insert into breaker (connection_id, open_until, probing)
    values (${SMS}, now() + ${seconds}::int * interval '1 s', ${probing})`.execute(db);

test('a connection of which nothing is known is well', async () => {
  expect(await healthOf()).toEqual({
    connection_id: SMS,
    breaker: 'closed',
    paused_until: null,
    reason: null,
    waiting: 0,
  });
});

test('one that is paused as a whole says until when and why', async () => {
  await pause('', 'unavailable', 60);
  expect(await healthOf()).toMatchObject({
    breaker: 'closed',
    reason: 'unavailable',
    paused_until: expect.any(String),
  });
});

test('a pause of one sender, or one that is over, is none of the connection', async () => {
  await pause('+1', 'throttled', 60);
  await pause('', 'unavailable', -1);
  expect(await healthOf()).toMatchObject({ breaker: 'closed', reason: null, paused_until: null });
});

test('an open breaker says until when, also while the connection is paused', async () => {
  await pause('', 'unavailable', 10);
  await open(3_600);
  const { paused_until, ...health } = await healthOf();
  expect(health).toMatchObject({ breaker: 'open', reason: 'breaker_open' });
  expect(Date.parse(paused_until ?? '')).toBeGreaterThan(Date.now() + 600_000);
});

test.each([
  ['when its time is over', -1, false],
  ['while somebody tries', 3_600, true],
])('a breaker is half open %s', async (_, seconds, probing) => {
  await open(seconds, probing);
  expect(await healthOf()).toMatchObject({
    breaker: 'half_open',
    reason: 'breaker_open',
    paused_until: null,
  });
});

test('a breaker that was closed again counts no more', async () => {
  await open(3_600);
  await sql`update breaker set closed_at = now()`.execute(db);
  expect(await healthOf()).toMatchObject({ breaker: 'closed', reason: null });
});

test('several are answered in the order asked, with those who wait for each', async () => {
  await letWait(db, [aMessage(), aMessage({ from: '+1' })]);
  await letWait(db, [aMessage()], { connection_id: OTHER });
  const asked = [OTHER, SMS, OTHER].map((connection_id) => ({ connection_id }));
  const answers = await connectionHealth(db)(asked);
  expect(answers.map(({ connection_id, waiting }) => [connection_id, waiting])).toEqual([
    [OTHER, 1],
    [SMS, 2],
    [OTHER, 1],
  ]);
});
