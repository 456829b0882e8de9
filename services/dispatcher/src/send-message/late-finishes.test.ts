import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { DispatcherTables } from '../database.ts';
import {
  acceptedAs,
  attemptRows,
  finishOf,
  HELD,
  messageRow,
  retryAt,
  SMS,
  toldStatuses,
  unknownFinishOf,
} from '../testing/rows.ts';
import { sendingSteps } from '../testing/sending-steps.ts';

const RETRY_AT = new Date(Date.now() + 1_000).toISOString();
const retry = retryAt(RETRY_AT);

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');
const { claim, claimed, finish, queued } = sendingSteps(db);

afterEach(async () => {
  await sql`truncate message, attempt, outbox, unmatched_receipt, note`.execute(db);
});
afterAll(close);

describe('a finish', () => {
  test('that comes late, when the attempt was given up but not repeated, still counts', async () => {
    const id = await queued();
    const message = await claimed(id);
    await finish(unknownFinishOf(message, retry));
    await finish(finishOf(message));
    expect(await messageRow(db, id)).toMatchObject({
      status: 'sent',
      provider_message_id: 'p-1',
      stale_after: null,
    });
    expect(await attemptRows(db, id)).toMatchObject([{ outcome: 'accepted' }]);
    expect(await claim({ message_id: id, connection_id: SMS })).toBeNull();
  });

  test('that comes late resolves a message that was held', async () => {
    const id = await queued();
    const message = await claimed(id);
    await finish(unknownFinishOf(message, HELD));
    await finish(finishOf(message));
    expect((await messageRow(db, id)).status).toBe('sent');
    expect(await toldStatuses(db, id)).toEqual(['sending', 'sent']);
  });

  test('that comes later than the next claim counts too, and the answer to that changes nothing', async () => {
    const id = await queued();
    const first = await claimed(id);
    await finish(unknownFinishOf(first, retry));
    const second = await claimed(id);
    await finish(finishOf(first));
    expect(await messageRow(db, id)).toMatchObject({ status: 'sent', attempt_no: 2, stale_after: null });
    await finish(unknownFinishOf(second, HELD));
    await finish(finishOf(second));
    expect((await messageRow(db, id)).status).toBe('sent');
    expect(await attemptRows(db, id)).toMatchObject([{ outcome: 'accepted' }, { outcome: 'accepted' }]);
    expect(await toldStatuses(db, id)).toEqual(['sent']);
  });

  test('of two accepted calls shows the same one, whichever is heard of first', async () => {
    const shown = async (swapped: boolean) => {
      const id = await queued();
      const first = await claimed(id);
      await finish(unknownFinishOf(first, retry));
      const ends = [finishOf(await claimed(id), acceptedAs('p-2')), finishOf(first, acceptedAs('p-1'))];
      for (const end of swapped ? ends.toReversed() : ends) await finish(end);
      return (await messageRow(db, id)).provider_message_id;
    };
    expect([await shown(false), await shown(true)]).toEqual(['p-2', 'p-2']);
  });

  test('of both calls in one batch stores both', async () => {
    const id = await queued();
    const first = await claimed(id);
    await finish(unknownFinishOf(first, retry));
    const second = await claimed(id);
    await Promise.all([finish(finishOf(second)), finish(finishOf(first)), finish(finishOf(first))]);
    expect((await messageRow(db, id)).status).toBe('sent');
    expect(await attemptRows(db, id)).toMatchObject([{ outcome: 'accepted' }, { outcome: 'accepted' }]);
  });

  test('of an earlier round moves nothing any more', async () => {
    const id = await queued();
    const first = await claimed(id);
    await finish(unknownFinishOf(first, HELD));
    await db
      .updateTable('message')
      .set({ status: 'queued', status_reason: null, round: 2 })
      .where('id', '=', id)
      .execute();
    await finish(finishOf(first));
    expect(await messageRow(db, id)).toMatchObject({ status: 'queued', round: 2, sent_at: null });
    expect(await attemptRows(db, id)).toMatchObject([{ outcome: 'accepted', round: 1 }]);
  });
});
