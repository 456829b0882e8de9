import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { consentFacts } from '@parley/contracts/facts/consent-facts';
import { sql } from 'kysely';
import { keywordExporter } from '../export-keywords/handler.ts';
import {
  aReceipt,
  asKnown,
  aWebhook,
  anEmail,
  anSms,
  MAIL,
  SMS,
  TWILIO,
} from '../receive-webhooks/webhook-fixtures.ts';
import { testLog, type TestLog } from '../testing/webhook-log.ts';

let log: TestLog;

beforeAll(async () => {
  log = await testLog();
});
beforeEach(() => log.clear());
afterAll(() => log.stop());

describe('a replay', () => {
  test('of what was stored is a duplicate, however often, and says of what', async () => {
    await log.receive([aWebhook(SMS, anSms()), aWebhook(MAIL, anEmail()), aWebhook(SMS, aReceipt())]);
    for (const { id, message_id, receipt_id } of (await log.list()).rows)
      for (const _ of [1, 2])
        expect(await log.replay(id)).toMatchObject({
          verdict: 'created',
          replay: { verdict: 'duplicate', reason: null, errors: [] },
          message_id,
          receipt_id,
        });
    expect([await log.count('inbound_message'), await log.count('receipt')]).toEqual([2, 1]);
    expect((await log.list()).rows).toHaveLength(3);
  });

  test('stores what was lost since, as of now, without a signature', async () => {
    await log.receive([aWebhook(SMS, anSms()), aWebhook(SMS, aReceipt())]);
    await sql`truncate inbound_message, receipt, outbox`.execute(log.db);
    const before = new Date().toISOString();
    for (const { id } of (await log.list()).rows)
      expect(await log.replay(id)).toMatchObject({ replay: { verdict: 'created' } });
    const message = await log.db.selectFrom('inbound_message').selectAll().executeTakeFirstOrThrow();
    expect(message).toMatchObject({ body: 'text message', timestamp: '2024-11-01T14:00:00.000Z' });
    expect(message.created_at >= before).toBe(true);
    const receipt = await log.db.selectFrom('receipt').selectAll().executeTakeFirstOrThrow();
    expect(receipt.received_at >= before).toBe(true);
    const { rows } = await sql`select subject from outbox`.execute(log.db);
    expect(rows).toHaveLength(2);
  });

  test('of a keyword counts as of when it came in, and is told to who catches up from the replay on', async () => {
    const { received_at } = aWebhook(SMS, anSms());
    await log.receive([aWebhook(SMS, anSms({ body: 'START' }), 'the-real-secret')]);
    log.connections.set('sms', { ...asKnown(SMS), secrets: ['the-real-secret'] });
    await sql`truncate keyword`.execute(log.db);
    const since = new Date().toISOString();
    const { id } = await log.newest();
    expect(await log.replay(id)).toMatchObject({ replay: { verdict: 'created' } });
    const told = await log.db.selectFrom('inbound_message').select('created_at').executeTakeFirstOrThrow();
    expect(told.created_at >= since).toBe(true);
    const [page] = await keywordExporter(log.db)([{ since, after: null, limit: 10 }]);
    expect(page?.rows).toMatchObject([{ keyword: 'start', received_at }]);
    const { rows } = await sql<{ payload: string }>`
      select payload from outbox where subject = ${consentFacts.subject}`.execute(log.db);
    expect(JSON.parse(rows[0]?.payload ?? '{}')).toMatchObject({
      facts: [{ keyword: 'start', received_at }],
    });
  });

  test('of what could not be read is created once it can be, and known by its name from then on', async () => {
    await log.receive([aWebhook(SMS, anSms())]);
    const { id } = await log.newest();
    // As if a former version had not been able to read it.
    await sql`truncate inbound_message`.execute(log.db);
    await sql`update webhook_log set verdict = 'validation_error', kind = null, provider_message_id = null`.execute(
      log.db,
    );
    expect(await log.replay(id)).toMatchObject({
      verdict: 'validation_error',
      replay: { verdict: 'created' },
      provider_message_id: 'message-1',
      message_id: expect.any(String),
    });
    expect(await log.replay(id)).toMatchObject({ replay: { verdict: 'duplicate' } });
    expect(
      (await log.list({ names: [{ connection: null, provider_message_id: 'message-1' }] })).rows,
    ).toHaveLength(1);
  });

  test('of what still cannot be read says again why', async () => {
    await log.receive([aWebhook(SMS, anSms({ from: 'nobody at all here' }))]);
    const { id, errors } = await log.newest();
    expect(await log.replay(id)).toMatchObject({ replay: { verdict: 'validation_error', errors } });
  });

  test('of a forgery is refused again, whatever was signed before', async () => {
    await log.receive([aWebhook(SMS, anSms(), 'guessed'), { ...aWebhook(SMS, aReceipt()), headers: {} }]);
    for (const { id } of (await log.list()).rows)
      expect(await log.replay(id)).toMatchObject({
        replay: { verdict: 'invalid_signature' },
        message_id: null,
      });
    expect([await log.count('inbound_message'), await log.count('receipt')]).toEqual([0, 0]);
  });

  test('of what met a wrong secret here is taken when the right one is set', async () => {
    await log.receive([
      aWebhook(SMS, anSms(), 'the-real-secret'),
      aWebhook(MAIL, anEmail(), 'whsec_cmVhbC1vbmU='),
    ]);
    log.connections.set('sms', { ...asKnown(SMS), secrets: ['the-real-secret'] });
    log.connections.set('mail', { ...asKnown(MAIL), secrets: ['whsec_cmVhbC1vbmU='] });
    for (const { id } of (await log.list()).rows)
      expect(await log.replay(id)).toMatchObject({
        verdict: 'invalid_signature',
        headers: { 'content-type': 'application/json' },
        replay: { verdict: 'created' },
      });
    expect(await log.count('inbound_message')).toBe(2);
    const { rows } = await sql`select from webhook_log where signature is not null`.execute(log.db);
    expect(rows).toEqual([]);
    for (const { id } of (await log.list()).rows)
      expect(await log.replay(id)).toMatchObject({ replay: { verdict: 'duplicate' } });
    expect(JSON.stringify((await log.list()).rows)).not.toMatch(/signature":"(?!\*\*\*)/);
  });

  test('verifies the URL that the webhook was sent to, of which secrets are not shown', async () => {
    const twilio = { ...TWILIO, query: '?token=hush' };
    const body = 'MessageSid=SM12ab&From=%2B14158675309&To=%2B15005550006&Body=Hi';
    await log.receive([aWebhook(twilio, body, 'the-real-token')]);
    const { id, url } = await log.newest();
    expect(url).toBe('https://parley.test/webhooks/twilio?token=***');
    expect(await log.replay(id)).toMatchObject({ replay: { verdict: 'invalid_signature' } });
    log.connections.set('twilio', { ...asKnown(TWILIO), secrets: ['the-real-token'] });
    expect(await log.replay(id)).toMatchObject({ url, replay: { verdict: 'created' } });
    const { rows } = await sql`select from webhook_log where webhook_log::text ~ 'hush'`.execute(log.db);
    expect(rows).toEqual([]);
  });

  test('of what nobody signed and was too long to be kept whole cannot be verified', async () => {
    const long = anEmail({ body: 'x'.repeat(5_000) });
    await log.receive([aWebhook(MAIL, long, 'whsec_cmVhbC1vbmU=')]);
    log.connections.set('mail', { ...asKnown(MAIL), secrets: ['whsec_cmVhbC1vbmU='] });
    const { id } = await log.newest();
    expect(await log.replay(id)).toMatchObject({
      replay: { verdict: 'invalid_signature', reason: expect.stringContaining('only its beginning') },
    });
  });

  test('through a connection that is there no more is refused', async () => {
    await log.receive([aWebhook(SMS, anSms())]);
    const { id } = await log.newest();
    log.connections.clear();
    expect(await log.replay(id)).toMatchObject({ replay: { verdict: 'validation_error' } });
  });

  test('by several at once stores one message', async () => {
    await log.receive([aWebhook(SMS, anSms())]);
    const { id } = await log.newest();
    await sql`truncate inbound_message`.execute(log.db);
    await Promise.all(Array.from({ length: 10 }, () => log.replay(id)));
    expect(await log.count('inbound_message')).toBe(1);
  });
});
