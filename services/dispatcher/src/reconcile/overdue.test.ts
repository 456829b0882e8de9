import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { MessageId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import { inTransaction } from '@parley/platform/db';
import { createMetrics } from '@parley/platform/runtime';
import { aMessage, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { DispatcherTables } from '../database.ts';
import {
  contextOn,
  HELD,
  messageRow,
  queue,
  retryAt,
  SMS,
  toldStatuses,
  unknownFinishOf,
} from '../testing/rows.ts';
import { enterLanes } from '../lanes/enter.ts';
import { createClaimer } from '../send-message/claim.ts';
import type { Move } from '../send-message/decide.ts';
import { createFinisher } from '../send-message/finisher.ts';
import { createReconciliation } from './reconcile.ts';

const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
const EXPIRES_AT = inMinutes(60);
const metrics = createMetrics('dispatcher');

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');
let passes: ReturnType<typeof createReconciliation>;

beforeAll(async () => {
  passes = createReconciliation({
    ...contextOn(db),
    metrics,
    bus: { connected: () => false, manager: () => Promise.reject(new Error('is not asked')) },
    directory: { connection: async () => null },
  });
});
afterEach(async () => {
  await sql`truncate message, attempt, outbox, note, waiting`.execute(db);
});
afterAll(close);

async function stored(overrides: Partial<Message> = {}): Promise<MessageId> {
  const message = aMessage({ expires_at: EXPIRES_AT, ...overrides });
  await queue(db, [message]);
  return message.id;
}

/** A message after a call of which nobody knows the outcome. */
async function unknown(move: Move): Promise<MessageId> {
  const message_id = await stored();
  const claimed = await createClaimer(contextOn(db))({ message_id, connection_id: SMS });
  if (claimed === null) throw new Error('was not claimed');
  await createFinisher(contextOn(db))(unknownFinishOf(claimed, move));
  return message_id;
}

/** As if that much time had passed for a message. */
const passTime = (id: MessageId, minutes: number) =>
  sql`update message set stale_after = stale_after - ${minutes} * interval '1 minute',
    expires_at = expires_at - ${minutes} * interval '1 minute' where id = ${id}`.execute(db);
const heldCount = async () => (await metrics.expose()).body.match(/^messages_held{.*} (\d+)$/m)?.[1];

describe('a held message', () => {
  test('is counted, and left alone until its deadline', async () => {
    const id = await unknown(HELD);
    await passTime(id, 59);
    expect(await passes.overdue()).toBe(0);
    expect(await passes.abandoned()).toBe(0);
    expect(await messageRow(db, id)).toMatchObject({ status: 'sending', status_reason: 'outcome_unknown' });
    expect(await heldCount()).toBe('1');
  });

  test('is called failed at its deadline, because nobody knows, and told so once', async () => {
    const id = await unknown(HELD);
    await passTime(id, 61);
    const counts = await Promise.all([passes.overdue(), passes.overdue()]);
    expect(counts.toSorted()).toEqual([0, 1]);
    expect(await messageRow(db, id)).toMatchObject({
      status: 'failed',
      status_reason: 'outcome_unknown',
      stale_after: null,
    });
    expect(await toldStatuses(db, id)).toEqual(['sending', 'failed']);
    await passes.overdue();
    expect(await heldCount()).toBe('0');
  });
});

describe('a message whose time is over', () => {
  test.each([
    ['that waits to be sent expires', { status: 'queued' }],
    ['that is scheduled expires', { status: 'scheduled', send_at: inMinutes(-61) }],
  ] as const)('%s, even if nothing wakes it', async (_, overrides) => {
    const id = await stored(overrides);
    await passTime(id, 61);
    expect(await passes.overdue()).toBe(1);
    expect(await messageRow(db, id)).toMatchObject({ status: 'expired', stale_after: null });
    expect(await toldStatuses(db, id)).toEqual(['expired']);
  });

  test('while it waits to be called for again after an unknown call fails', async () => {
    const id = await unknown(retryAt(inMinutes(0.5)));
    await passTime(id, 61);
    await passes.overdue();
    expect(await messageRow(db, id)).toMatchObject({ status: 'failed', status_reason: 'outcome_unknown' });
  });

  test('while it is called for is left to its call', async () => {
    const id = await stored();
    await createClaimer(contextOn(db))({ message_id: id, connection_id: SMS });
    await passTime(id, 61);
    expect(await passes.overdue()).toBe(0);
    expect((await messageRow(db, id)).status).toBe('sending');
  });

  test('leaves its lane', async () => {
    const id = await inLane();
    await passTime(id, 61);
    await passes.overdue();
    expect(await db.selectFrom('waiting').selectAll().execute()).toEqual([]);
  });
});

async function inLane(): Promise<MessageId> {
  const id = await stored();
  const message = await messageRow(db, id);
  const entry = { message, priority: 'normal', connection_id: SMS, bound: false } as const;
  await inTransaction(db, (trx) => enterLanes(trx, [entry]));
  return id;
}
