import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newRowId } from '@parley/contracts/ids';
import { sql } from 'kysely';
import {
  aReceipt,
  asKnown,
  aWebhook,
  anSms,
  MAIL,
  SMS,
  TWILIO,
} from '../receive-webhooks/webhook-fixtures.ts';
import { bodyOf, testLog, type TestLog } from '../testing/webhook-log.ts';

let log: TestLog;

beforeAll(async () => {
  log = await testLog();
});
beforeEach(() => log.clear());
afterAll(() => log.stop());

describe('a webhook is logged', () => {
  test('with its bytes, its place, masked headers and the message that it became', async () => {
    const webhook = aWebhook(SMS, anSms());
    const headers = { ...webhook.headers, authorization: 'Basic abc', cookie: 'a=b', 'user-agent': 'x' };
    await log.receive([{ ...webhook, headers }]);
    const logged = await log.newest();
    const message = await log.db.selectFrom('inbound_message').select('id').executeTakeFirstOrThrow();
    expect(logged).toMatchObject({
      connection: 'sms',
      received_at: webhook.received_at,
      url: webhook.url,
      headers: {
        'content-type': 'application/json',
        'x-provider-signature': '***',
        authorization: '***',
        cookie: '***',
        'user-agent': 'x',
      },
      body_base64: webhook.body_base64,
      verdict: 'created',
      reason: null,
      errors: [],
      provider_message_id: 'message-1',
      message_id: message.id,
      receipt_id: null,
      trace_id: webhook.trace_id,
      replay: null,
    });
    expect(await log.read(logged.id)).toEqual(logged);
    const stored = await sql<{ line: string }>`select webhook_log::text as line from webhook_log`.execute(
      log.db,
    );
    expect(stored.rows[0]?.line).not.toContain(webhook.headers['x-provider-signature']);
  });

  test('with what its URL says masked where that is secret', async () => {
    await log.receive([aWebhook({ ...SMS, query: '?a=b&token=hush' }, anSms())]);
    expect(await log.newest()).toMatchObject({ url: 'https://parley.test/webhooks/sms?a=b&token=***' });
    const stored = await sql<{ line: string }>`select webhook_log::text as line from webhook_log`.execute(
      log.db,
    );
    expect(stored.rows[0]?.line).not.toContain('hush');
  });

  test('as a receipt, with the message that it names', async () => {
    const message_id = newRowId();
    await log.receive([aWebhook(SMS, aReceipt({ client_reference: `msg_${message_id}` }))]);
    const receipt = await log.db.selectFrom('receipt').select('id').executeTakeFirstOrThrow();
    expect(await log.newest()).toMatchObject({
      verdict: 'created',
      provider_message_id: 'ref-1',
      message_id,
      receipt_id: receipt.id,
    });
  });

  test('as a duplicate of the message that is there, in one batch and in another', async () => {
    await log.receive([aWebhook(SMS, anSms()), aWebhook(SMS, anSms({ body: 'other' }))]);
    await log.receive([aWebhook(SMS, anSms())]);
    const { rows } = await log.list();
    expect(rows.map(({ verdict }) => verdict).toSorted()).toEqual(['created', 'duplicate', 'duplicate']);
    expect(new Set(rows.map(({ message_id }) => message_id)).size).toBe(1);
    expect(rows[0]?.message_id).not.toBeNull();
  });

  test('that cannot be read, whole and with what is wrong', async () => {
    const long = anSms({ to: undefined, body: 'x'.repeat(10_000) });
    await log.receive([aWebhook(SMS, long), aWebhook(MAIL, '{\u0000')]);
    const { rows } = await log.list({ verdict: 'validation_error' });
    const sms = rows.find(({ connection }) => connection === 'sms');
    expect(sms).toMatchObject({
      reason: 'the webhook cannot be read',
      errors: expect.arrayContaining([{ pointer: '#/to', detail: 'is required' }]),
      provider_message_id: null,
      message_id: null,
      body_bytes: JSON.stringify(long).length,
    });
    expect(bodyOf(sms ?? null)).toHaveLength(4_000);
    expect(bodyOf(await log.read(sms?.id ?? ''))).toBe(JSON.stringify(long));
    expect(rows).toHaveLength(2);
  });

  test('of which nothing was to be kept, as created', async () => {
    await log.receive([aWebhook(TWILIO, 'MessageSid=SM12ab&MessageStatus=queued')]);
    expect(await log.newest()).toMatchObject({ verdict: 'created', message_id: null, receipt_id: null });
  });

  test('that PostgreSQL refuses a row of, as one that cannot be stored', async () => {
    await sql`alter table inbound_message add constraint no_x check (body <> 'x')`.execute(log.db);
    const bad = aWebhook(SMS, anSms({ body: 'x', messaging_provider_id: 'bad' }));
    await log.receive([aWebhook(SMS, anSms()), bad, bad]);
    await sql`alter table inbound_message drop constraint no_x`.execute(log.db);
    const { rows } = await log.list();
    expect(rows.map(({ verdict }) => verdict).toSorted()).toEqual([
      'created',
      'validation_error',
      'validation_error',
    ]);
  });

  test('that came through an ended connection, but not one through none', async () => {
    log.connections.set('sms', { ...asKnown(SMS), is_disabled: true });
    await log.receive([aWebhook(SMS, anSms()), aWebhook({ ...SMS, id: 'nobody' }, anSms())]);
    expect((await log.list()).rows).toMatchObject([{ connection: 'sms', verdict: 'validation_error' }]);
  });
});

describe('what nobody signed', () => {
  test('is logged up to 4 kB', async () => {
    await log.receive([aWebhook(SMS, anSms({ body: 'x'.repeat(100_000) }), 'guessed')]);
    const logged = await log.newest();
    expect(logged).toMatchObject({ verdict: 'invalid_signature', provider_message_id: null });
    expect(logged.body_bytes).toBeGreaterThan(100_000);
    const kept = bodyOf(await log.read(logged.id));
    expect(kept.length).toBeGreaterThan(3_900);
    expect(kept.length).toBeLessThanOrEqual(4_000);
  });

  test('is logged with the headers that a signature rests on only, and in no more than 10 kB, however it is padded', async () => {
    const webhook = aWebhook(MAIL, { padding: 'x'.repeat(10_000) }, 'whsec_cmVhbC1vbmU=');
    const padding = Array.from({ length: 50 }, (_, index) => [`x-token-${index}`, 'y'.repeat(2_000)]);
    const headers = {
      ...webhook.headers,
      ...Object.fromEntries(padding),
      'webhook-signature': 'v1,'.padEnd(2_000, 'z'),
    };
    await log.receive([{ ...webhook, url: `${webhook.url}?${'q'.repeat(10_000)}`, headers }]);
    expect(Object.keys((await log.newest()).headers).toSorted()).toEqual([
      'content-type',
      'webhook-id',
      'webhook-signature',
      'webhook-timestamp',
    ]);
    const { rows } = await sql<{ bytes: number }>`
      select length(url) + length(headers::text) + length(signature::text) + length(body) as bytes
      from webhook_log`.execute(log.db);
    expect(rows[0]?.bytes).toBeLessThanOrEqual(10_000);
  });

  test('is logged no more often than its limit allows, and always answered', async () => {
    let left = 10;
    await log.clear(() => left-- > 0);
    const forged = Array.from({ length: 200 }, () => aWebhook(SMS, anSms(), 'guessed'));
    const replies = await log.receive(forged);
    expect(new Set(replies.map((reply) => 'code' in reply && reply.code))).toEqual(
      new Set(['invalid_signature']),
    );
    expect((await log.list()).rows).toHaveLength(10);
  });
});
