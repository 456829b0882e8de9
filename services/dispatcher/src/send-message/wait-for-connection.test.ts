import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import type { MessageId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import { aMessage, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { DispatcherTables } from '../database.ts';
import { aWork, contextOn, messageRow, queue, SMS, toldStatuses, waitingWork } from '../testing/rows.ts';
import { noteRows } from '../testing/stored-messages.ts';
import { createClaimer } from './claim.ts';
import { createWaitingRoom } from './wait-for-connection.ts';

const EXPIRES_AT = new Date(Date.now() + 3_600_000).toISOString();

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');

afterEach(async () => {
  await sql`truncate message, attempt, outbox, unmatched_receipt`.execute(db);
});
afterAll(close);

async function queued(overrides: Partial<Message> = {}): Promise<MessageId> {
  const message = aMessage({ expires_at: EXPIRES_AT, ...overrides });
  await queue(db, [message]);
  return message.id;
}

describe('a message without a connection', () => {
  const wait = (id: MessageId) => createWaitingRoom(contextOn(db))(aWork(id, { priority: 'high' }));

  test('stays queued, says why, and is looked at again', async () => {
    const id = await queued();
    await wait(id);
    expect(await messageRow(db, id)).toMatchObject({
      status: 'queued',
      status_reason: 'no_connection',
      attempt_no: 0,
    });
    expect(await waitingWork(db, id)).toMatchObject([{ subject: 'work.send.high.sms' }]);
  });

  test('is told and noted to wait once, however often it is looked at', async () => {
    const id = await queued();
    await wait(id);
    await wait(id);
    expect(await toldStatuses(db, id)).toEqual(['queued']);
    expect(await noteRows(db, id)).toEqual([{ event: 'waiting', details: { reason: 'no_connection' } }]);
  });

  test('is queued when its time to be sent has come, and left alone before', async () => {
    const [due, early] = [
      await queued({ status: 'scheduled', send_at: new Date(Date.now() - 1_000).toISOString() }),
      await queued({ status: 'scheduled', send_at: EXPIRES_AT }),
    ];
    await wait(due);
    await wait(early);
    expect(await messageRow(db, due)).toMatchObject({ status: 'queued', status_reason: 'no_connection' });
    expect(await messageRow(db, early)).toMatchObject({ status: 'scheduled', status_reason: null });
  });

  test('expires when its time is over', async () => {
    const id = await queued({ expires_at: new Date(Date.now() - 1).toISOString() });
    await wait(id);
    expect(await messageRow(db, id)).toMatchObject({
      status: 'expired',
      status_reason: 'no_connection',
      stale_after: null,
    });
    expect(await waitingWork(db, id)).toEqual([]);
    expect(await toldStatuses(db, id)).toEqual(['expired']);
  });

  test('fails instead when an earlier call may have sent it, because nobody knows', async () => {
    const id = await queued({ expires_at: new Date(Date.now() - 1).toISOString() });
    await db.updateTable('message').set({ status_reason: 'outcome_unknown' }).execute();
    await wait(id);
    expect(await messageRow(db, id)).toMatchObject({ status: 'failed', status_reason: 'outcome_unknown' });
  });

  test('is left alone when someone else has it by now', async () => {
    const id = await queued();
    await createClaimer(contextOn(db))({ message_id: id, connection_id: SMS });
    await wait(id);
    expect(await messageRow(db, id)).toMatchObject({ status: 'sending', status_reason: null });
    expect(await waitingWork(db, id)).toEqual([]);
  });
});
