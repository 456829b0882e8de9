import { afterEach, describe, expect, test } from '@jest/globals';
import type { MessageId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import { publish, type Bus } from '@parley/platform/bus';
import { inTransaction } from '@parley/platform/db';
import type { OutboxRow } from '@parley/platform/outbox';
import { aMessage, until } from '@parley/testkit';
import { sql } from 'kysely';
import { insertMessages } from '../accept-messages/store.ts';
import { asStored, contextOn, messageRow, PATIENCE, queue, SMS, waitingWork } from '../testing/rows.ts';
import { withStreams } from '../testing/with-streams.ts';
import { enterLanes } from '../lanes/enter.ts';
import { createReconciliation, type Pass, type ReconcilerOptions } from './reconcile.ts';

const EXPIRES_AT = new Date(Date.now() + 3_600_000).toISOString();
const published: OutboxRow[] = [];
const { db, bus } = await withStreams();
const reconcile = reconciliation(bus);

afterEach(async () => {
  published.length = 0;
  await sql`truncate message, outbox, waiting`.execute(db);
  await (await bus.manager()).streams.purge('WORK');
});
function reconciliation(
  on: Pick<Bus, 'manager' | 'connected'>,
  overrides: Partial<ReconcilerOptions> = {},
): Pass {
  return createReconciliation({
    ...contextOn(db),
    bus: on,
    directory: { connection: async () => null },
    outbox: { publishNow: (rows) => void published.push(...rows) },
    ...overrides,
  }).queued;
}

async function queued(overrides: Partial<Message> = {}): Promise<MessageId> {
  const message = aMessage({ expires_at: EXPIRES_AT, ...overrides });
  await queue(db, [message]);
  return message.id;
}

const passTime = (id: MessageId, ms: number) =>
  sql`update message set stale_after = stale_after - ${ms} * interval '1 ms' where id = ${id}`.execute(db);

describe('a message that waits to be sent and that nobody has touched', () => {
  test('gets new work when the bus has lost it, and time until it is looked at again', async () => {
    const id = await queued();
    await passTime(id, 60_001);
    expect(await reconcile()).toBe(1);
    expect(await waitingWork(db, id)).toMatchObject([{ subject: 'work.send.normal.sms' }]);
    expect(published.map((row) => row.message_id)).toEqual([id]);
    expect(await reconcile()).toBe(0);
  });

  test('gets none while its work still waits in the outbox', async () => {
    const id = await queued();
    await passTime(id, 60_001);
    await sql`insert into outbox values (gen_random_uuid(), 'work.send.normal.sms', '{}', now(), ${id})`.execute(
      db,
    );
    await reconcile();
    expect(await waitingWork(db, id)).toHaveLength(1);
    expect(published).toEqual([]);
    expect(await reconcile()).toBe(0);
  });

  test('gets none while older work waits on the bus: it may only stand in line', async () => {
    const soon = reconciliation(bus, { queuedStaleMs: 100 });
    await publish(bus, 'work.send.normal.sms', '{}', 'older');
    const id = await queued();
    await passTime(id, 59_900);
    await until(async () => ((await messageRow(db, id)).stale_after ?? '') < new Date().toISOString(), {
      what: 'the message is stale',
    });
    expect(await soon()).toBe(0);
    await (await bus.manager()).streams.purge('WORK');
    expect(await soon()).toBe(1);
  });

  test('gets none while the bus cannot be asked', async () => {
    const id = await queued();
    await passTime(id, 60_001);
    const away = { connected: () => true, manager: () => Promise.reject(new Error('away')) };
    expect(await reconciliation(away)()).toBe(0);
    expect(await waitingWork(db, id)).toEqual([]);
  });

  test('gets work of its own priority', async () => {
    const message = asStored(aMessage({ expires_at: EXPIRES_AT }));
    await db
      .transaction()
      .execute((trx) => insertMessages(trx, [{ ...message, priority: 'high' }], PATIENCE));
    await passTime(message.id, 60_001);
    await reconcile();
    expect(await waitingWork(db, message.id)).toMatchObject([{ subject: 'work.send.high.sms' }]);
  });

  test('gets none while it waits in a lane, and is not looked at again before its time is over', async () => {
    const id = await queued();
    const message = await messageRow(db, id);
    const entry = { message, priority: 'normal', connection_id: SMS, bound: false } as const;
    await inTransaction(db, (trx) => enterLanes(trx, [entry]));
    await passTime(id, 60_001);
    expect(await reconcile()).toBe(1);
    expect(await waitingWork(db, id)).toEqual([]);
    expect((await messageRow(db, id)).stale_after).toBe(EXPIRES_AT);
  });

  test('gets its work again when it is scheduled and due', async () => {
    const id = await queued({ status: 'scheduled', send_at: new Date(Date.now() - 1_000).toISOString() });
    await passTime(id, 60_001);
    expect(await reconcile()).toBe(1);
    expect(await waitingWork(db, id)).toHaveLength(1);
  });

  test('gets none when its time is over', async () => {
    const id = await queued({ expires_at: new Date(Date.now() - 1_000).toISOString() });
    await passTime(id, 60_001);
    expect(await reconcile()).toBe(0);
    expect(await waitingWork(db, id)).toEqual([]);
  });
});
