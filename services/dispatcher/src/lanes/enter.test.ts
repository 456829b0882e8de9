import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { connectionId, newMessageId } from '@parley/contracts/ids';
import { inTransaction } from '@parley/platform/db';
import { aMessage, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { DispatcherTables } from '../database.ts';
import { SMS } from '../testing/rows.ts';
import { idsInLanes, letWait } from '../testing/waiting-messages.ts';
import { enterLanes, leaveLanes } from './enter.ts';
import { findLanes } from './find-lanes.ts';

const OTHER = connectionId.parse('sms-2');

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');

afterEach(async () => {
  await sql`truncate message, waiting`.execute(db);
});
afterAll(close);

describe('waiting', () => {
  test('twice is waiting once, at the place of the first time', async () => {
    const created_at = new Date(1e12).toISOString();
    const [id = newMessageId()] = await letWait(db, [aMessage({ created_at })]);
    const message = aMessage({ id, created_at: new Date(2e12).toISOString() });
    await inTransaction(db, (trx) =>
      enterLanes(trx, [{ message, priority: 'high', connection_id: OTHER, bound: true }]),
    );
    expect(await db.selectFrom('waiting').selectAll().execute()).toMatchObject([
      { message_id: id, connection_id: SMS, since: created_at, urgency: 1, bound: false },
    ]);
  });

  test('ends for those who leave', async () => {
    const [gone = newMessageId(), left] = await letWait(db, [aMessage(), aMessage()]);
    await inTransaction(db, (trx) => leaveLanes(trx, [gone]));
    expect(await idsInLanes(db)).toEqual([left]);
  });
});

test('lanes in which somebody waits are found in the order of their names, some at a time', async () => {
  const created_at = new Date(1e12).toISOString();
  const messages = ['+1', '+2', '+3', '+2'].map((from) => aMessage({ from, created_at }));
  await letWait(db, messages);
  await letWait(db, [aMessage({ from: '+1' })], { connection_id: OTHER });
  const none = { connection_id: connectionId.parse(' '), sender: '' };
  const first = await findLanes(db, none, 2);
  const [, last = none] = first;
  const found = [...first, ...(await findLanes(db, last, 5))];
  expect(found.map(({ connection_id, sender }) => [connection_id, sender])).toEqual([
    ['sms', '+1'],
    ['sms', '+2'],
    ['sms', '+3'],
    ['sms-2', '+1'],
  ]);
  expect(found[0]).toMatchObject({ account_id: 'acme', since: created_at });
});
