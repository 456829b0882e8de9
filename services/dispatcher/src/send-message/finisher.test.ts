import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { createDatabase } from '@parley/platform/db';
import { Unavailable } from '@parley/platform/runtime';
import { openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { DispatcherTables } from '../database.ts';
import {
  acceptedAs,
  attemptRows,
  contextOn,
  endOf,
  failedFor,
  FINISHED_AT,
  finishOf,
  HELD,
  inLaneUntil,
  messageRow,
  noteRows,
  retryAt,
  toldStatuses,
  unknownFinishOf,
  waitingWork,
} from '../testing/rows.ts';
import { createFinisher } from './finisher.ts';
import { EXPIRES_AT, sendingSteps } from '../testing/sending-steps.ts';

const RETRY_AT = new Date(Date.now() + 1_000).toISOString();
const retry = retryAt(RETRY_AT);

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');
const { claimed, finish, queued } = sendingSteps(db);

afterEach(async () => {
  await sql`truncate message, attempt, outbox, unmatched_receipt, note`.execute(db);
});
afterAll(close);

describe('a finish', () => {
  test('stores the attempt, moves the message and tells of it', async () => {
    const id = await queued();
    await finish(finishOf(await claimed(id)));
    expect(await messageRow(db, id)).toMatchObject({
      status: 'sent',
      provider: 'sms',
      provider_message_id: 'p-1',
      sent_at: '2026-01-15T10:00:00.000Z',
      stale_after: null,
    });
    expect(await attemptRows(db, id)).toMatchObject([
      { attempt_no: 1, outcome: 'accepted', provider_message_id: 'p-1' },
    ]);
    expect(await toldStatuses(db, id)).toEqual(['sent']);
  });

  test('that is stored twice moves and tells once', async () => {
    const id = await queued();
    const finished = finishOf(await claimed(id));
    await Promise.all([finish(finished), createFinisher(contextOn(db))(finished)]);
    await finish(finished);
    expect(await toldStatuses(db, id)).toEqual(['sent']);
    expect(await attemptRows(db, id)).toHaveLength(1);
  });

  test('with a retry queues the message and commits its work for then, and tells nobody', async () => {
    const id = await queued();
    const message = await claimed(id);
    await finish(unknownFinishOf(message, retry));
    await finish(unknownFinishOf(message, retry));
    expect(await messageRow(db, id)).toMatchObject({
      status: 'queued',
      attempts_spent: 1,
      provider_message_id: null,
    });
    expect(await waitingWork(db, id)).toEqual([{ subject: 'work.send.normal.sms', available_at: RETRY_AT }]);
    expect(await toldStatuses(db, id)).toEqual([]);
  });

  test('that holds the message leaves it alone until its deadline, and tells and notes it once', async () => {
    const id = await queued();
    const held = unknownFinishOf(await claimed(id), HELD);
    await finish(held);
    await finish(held);
    expect(await messageRow(db, id)).toMatchObject({
      status: 'sending',
      status_reason: 'outcome_unknown',
      stale_after: EXPIRES_AT,
    });
    expect(await toldStatuses(db, id)).toEqual(['sending']);
    expect(await noteRows(db, id)).toMatchObject([
      {
        event: 'held',
        provider: 'sms',
        at: FINISHED_AT,
        details: { reason: 'outcome_unknown', until: EXPIRES_AT },
      },
    ]);
  });

  test('without a call stores no attempt', async () => {
    const id = await queued();
    await finish({ message: await claimed(id), call: null, move: failedFor('recipient_opted_out') });
    expect(await messageRow(db, id)).toMatchObject({
      status: 'failed',
      status_reason: 'recipient_opted_out',
      sent_at: null,
    });
    expect(await attemptRows(db, id)).toEqual([]);
  });

  test('after which the message waits says why and until when, once', async () => {
    const id = await queued();
    const slow = endOf(
      await claimed(id),
      { kind: 'throttled', retry_after_ms: 9_000 },
      inLaneUntil(RETRY_AT),
    );
    await finish(slow);
    await finish(slow);
    expect(await noteRows(db, id)).toMatchObject([
      { event: 'waiting', at: FINISHED_AT, details: { reason: 'throttled', until: RETRY_AT } },
    ]);
    expect(await attemptRows(db, id)).toMatchObject([
      { outcome: 'throttled', retry_after_ms: 9_000, round: 1 },
    ]);
  });

  test('never replaces an outcome that is known', async () => {
    const id = await queued();
    const message = await claimed(id);
    await finish(finishOf(message));
    await finish(unknownFinishOf(message, HELD));
    expect(await attemptRows(db, id)).toMatchObject([{ outcome: 'accepted' }]);
    expect((await messageRow(db, id)).status).toBe('sent');
  });

  test('of one message that cannot be stored does not touch its neighbours', async () => {
    const [good, bad] = [await queued(), await queued()];
    const [one, other] = [await claimed(good), await claimed(bad)];
    await Promise.all([finish(finishOf(one)), finish(finishOf(other, acceptedAs('not\u0000storable')))]);
    expect((await messageRow(db, good)).status).toBe('sent');
    expect((await messageRow(db, bad)).status).toBe('sending');
  });

  test('fails as unavailable when the database stays away', async () => {
    const id = await queued();
    const message = await claimed(id);
    const away = createDatabase<DispatcherTables>({
      url: 'postgres://127.0.0.1:1/none',
      schema: 'dispatcher',
    });
    await expect(createFinisher(contextOn(away))(finishOf(message))).rejects.toBeInstanceOf(Unavailable);
    await away.destroy();
  });
});
