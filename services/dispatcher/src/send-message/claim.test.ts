import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import type { ConsentEntry } from '@parley/contracts/consent';
import { accountId, connectionId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import { createDatabase } from '@parley/platform/db';
import { Unavailable } from '@parley/platform/runtime';
import { aConsent, aMessage, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import { insertMessages } from '../accept-messages/store.ts';
import type { DispatcherTables } from '../database.ts';
import { asStored, contextOn, messageRow, PATIENCE, SMS } from '../testing/rows.ts';
import { addConsents } from '../record-consent/store.ts';
import { createClaimer } from './claim.ts';
import { EXPIRES_AT, sendingSteps } from '../testing/sending-steps.ts';

const OTHER = connectionId.parse('other');

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');
const { claim, claimed, queued } = sendingSteps(db);

afterEach(async () => {
  await sql`truncate message, attempt, consent`.execute(db);
});
afterAll(close);

describe('a claim', () => {
  test('hands over the content, the number of the attempt and the connection, and starts the lease', async () => {
    const id = await queued({ body: 'Hello 👋', attachments: ['https://example.test/a.png'], type: 'mms' });
    expect(await claimed(id)).toMatchObject({
      id,
      type: 'mms',
      body: 'Hello 👋',
      attachments: ['https://example.test/a.png'],
      attempt_no: 1,
      attempts_spent: 0,
      provider: 'sms',
      expires_at: EXPIRES_AT,
      waited_for: null,
    });
    const { status, stale_after, changed_at } = await messageRow(db, id);
    expect(status).toBe('sending');
    // The two are read off the clock one after the other.
    expect(Date.parse(stale_after ?? '') - Date.parse(changed_at)).toBeGreaterThan(29_000);
  });

  test('is given to one of many, in one batch or in several instances', async () => {
    const id = await queued();
    const wanted = { message_id: id, connection_id: SMS };
    const instances = [claim, claim, createClaimer(contextOn(db)), createClaimer(contextOn(db))];
    const rows = await Promise.all(instances.map((one) => one(wanted)));
    expect(rows.filter((row) => row !== null)).toHaveLength(1);
    expect((await messageRow(db, id)).attempt_no).toBe(1);
  });

  test.each(['sending', 'sent', 'delivered', 'failed', 'expired', 'canceled'] as const)(
    'is not given of a message that is %s',
    async (status) => {
      const id = await queued();
      await db.updateTable('message').set({ status }).execute();
      expect(await claim({ message_id: id, connection_id: SMS })).toBeNull();
    },
  );

  test('goes through the wanted connection, unless an earlier call through another may have sent it', async () => {
    const [free, bound] = [await queued(), await queued()];
    await db.updateTable('message').set({ provider: OTHER, status_reason: 'throttled' }).execute();
    await db
      .updateTable('message')
      .set({ status_reason: 'outcome_unknown' })
      .where('id', '=', bound)
      .execute();
    expect(await claimed(free)).toMatchObject({ provider: 'sms', waited_for: 'throttled' });
    expect(await claimed(bound)).toMatchObject({ provider: 'other', waited_for: 'outcome_unknown' });
  });

  test('keeps its key until it is to be sent again after a provider had taken it', async () => {
    const id = await queued();
    expect((await claimed(id)).idempotency_key).toBe(id);
    await db.updateTable('message').set({ status: 'queued', round: 2 }).execute();
    expect((await claimed(id)).idempotency_key).toBe(id);
    await db.updateTable('message').set({ status: 'queued', round: 3, resends: 1 }).execute();
    expect((await claimed(id)).idempotency_key).toBe(`${id}-1`);
  });

  test('tells what the client chose, and starts with nothing known of the call', async () => {
    const message = aMessage({ expires_at: EXPIRES_AT });
    await db
      .transaction()
      .execute((trx) =>
        insertMessages(
          trx,
          [{ ...asStored(message), priority: 'high', on_unknown_outcome: 'reconcile' }],
          PATIENCE,
        ),
      );
    await db
      .updateTable('message')
      .set({ provider_message_id: 'p-0', sent_at: EXPIRES_AT, round: 2 })
      .execute();
    const before = Date.now();
    const row = await claimed(message.id);
    expect(row).toMatchObject({
      priority: 'high',
      on_unknown_outcome: 'reconcile',
      round: 2,
      opted_out: false,
    });
    expect(row.asked_at).toBeGreaterThanOrEqual(before);
    expect(await messageRow(db, message.id)).toMatchObject({ provider_message_id: null, sent_at: null });
  });

  test('of a scheduled message is given when that is due, and not before', async () => {
    const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
    const [due, early] = [
      await queued({ status: 'scheduled', send_at: inMinutes(-1) }),
      await queued({ status: 'scheduled', send_at: inMinutes(1) }),
    ];
    expect(await claimed(due)).toMatchObject({ attempt_no: 1 });
    expect(await claim({ message_id: early, connection_id: SMS })).toBeNull();
    expect((await messageRow(db, early)).status).toBe('scheduled');
  });

  describe('says whether the recipient opted out', () => {
    const LATER = '2026-01-15T11:00:00.000Z';
    const out = aConsent({ state: 'opted_out' });
    const backIn = aConsent({ state: 'opted_in', received_at: LATER });
    const low = { ...out, id: '00000000-0000-4000-8000-000000000001' };
    const high = { ...backIn, id: '00000000-0000-4000-8000-000000000002', received_at: out.received_at };
    test.each<[string, ConsentEntry[], Partial<Message>, boolean]>([
      ['as recorded', [out], {}, true],
      ['for MMS as for SMS', [out], { type: 'mms' }, true],
      ['by the latest line', [out, backIn], {}, false],
      ['by the latest line, however they came', [backIn, out], {}, false],
      ['by the greater id of two at once', [high, low], {}, false],
      ['but not of e-mail when it was texts', [out], { type: 'email' }, false],
      ['but not of another recipient', [out], { to: '+12125550100' }, false],
      ['but not of another account', [aConsent({ account_id: accountId.parse('other') })], {}, false],
    ])('%s', async (_, lines, overrides, expected) => {
      const id = await queued(overrides);
      await addConsents(db, lines);
      expect((await claimed(id)).opted_out).toBe(expected);
    });
  });

  test('fails as unavailable when the database is away', async () => {
    const away = createDatabase<DispatcherTables>({
      url: 'postgres://127.0.0.1:1/none',
      schema: 'dispatcher',
    });
    const wanted = { message_id: aMessage().id, connection_id: SMS };
    await expect(createClaimer(contextOn(away))(wanted)).rejects.toBeInstanceOf(Unavailable);
    await away.destroy();
  });
});
