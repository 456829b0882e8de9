import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { until } from '@parley/testkit';
import { z } from 'zod';
import { inDatabase } from './database.ts';
import { lettersOf, untilLetter } from './dead-letters.ts';
import { adminOf, aNumber, aSender, expecting, sendingAccount, userOf } from './people.ts';
import { providerOf } from './provider.ts';
import { ownParley, untilListed } from './running-parley.ts';
import { sql } from 'kysely';

// Two ingests, which know of each other only through the database; and receipts are soon missed, or nobody's.
const parley = ownParley({
  replicas: { ingest: 2 },
  envOf: { dispatcher: { ORPHAN_AFTER_MS: '500', RECEIPT_TIMEOUT_MS: '5000' } },
});
const user = userOf(parley);
const admin = adminOf(parley);
const provider = providerOf(parley);

const sms = (fields: Record<string, unknown>): string =>
  JSON.stringify({
    from: aNumber(),
    to: '+14155550100',
    type: 'sms',
    body: 'Hello',
    timestamp: '2025-01-15T10:00:00Z',
    ...fields,
  });
const statusesOf = (answers: readonly { body: unknown }[]) =>
  answers.map(({ body }) => (body as { status: string }).status).toSorted();

describe('a message that a provider delivers again and again', () => {
  test('at once, to several instances, is stored once, with what came first', async () => {
    const from = aNumber();
    const body = sms({ messaging_provider_id: 'again', from });
    const answers = await Promise.all(Array.from({ length: 20 }, () => parley.client().webhook('sms', body)));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(statusesOf(answers)).toEqual(['accepted', ...Array(19).fill('duplicate')]);
    const other = sms({ messaging_provider_id: 'again', from, body: 'Other' });
    expect(await parley.client().webhook('sms', other)).toMatchObject({ body: { status: 'duplicate' } });
    expect(await untilListed(parley.client(), `from=${encodeURIComponent(from)}`, 1)).toMatchObject([
      { body: 'Hello' },
    ]);
  });

  test('while everything that takes it is killed, is stored once', async () => {
    const from = aNumber();
    const body = sms({ messaging_provider_id: 'through-a-crash', from });
    // A provider goes on until it is told that the message was taken.
    const deliver = () =>
      until(async () => (await parley.client().webhook('sms', body)).status === 200, { what: 'it is taken' });
    const deliveries = Promise.all(Array.from({ length: 10 }, deliver));
    await Promise.all(['ingest', 'gateway'].map((name) => parley.instance().kill(name, 'SIGKILL')));
    await deliveries;
    await parley.instance().untilReady();
    await deliver();
    await untilListed(parley.client(), `from=${encodeURIComponent(from)}`, 1);
    const { rows } = await inDatabase(parley, 'ingest', (db) =>
      sql`select from inbound_message where provider_message_id = 'through-a-crash'`.execute(db),
    );
    expect(rows).toHaveLength(1);
  });

  test('through another connection is another message', async () => {
    const from = aNumber();
    for (const connection of ['sms', 'sms-2']) {
      const answer = await parley
        .client()
        .webhook(connection, sms({ messaging_provider_id: 'shared', from }));
      expect(answer).toMatchObject({ body: { status: 'accepted' } });
    }
    await untilListed(parley.client(), `from=${encodeURIComponent(from)}`, 2);
  });
});

describe('a receipt', () => {
  const receipt = (body: object, connection = 'sms') =>
    expecting(200, parley.client().webhook(connection, JSON.stringify(body)));
  /** A message of which the provider reports nothing by itself. */
  async function aSentMessage() {
    const to = aNumber();
    await provider.will(to, { receipt: 'none' });
    const { id } = await user.sends({ to, from: aSender() });
    return await user.sees(id, 'sent');
  }

  test('that comes before the answer to the call is applied', async () => {
    await provider.behaves({ receipts: { before_response_rate: 1 } });
    const { id, to } = await user.sends({ from: aSender() });
    expect(await user.sees(id, 'delivered')).toMatchObject({ provider_message_id: expect.any(String) });
    expect(await provider.calls(to)).toMatchObject({ calls: 1, sent: 1 });
    await provider.behaves({ receipts: {} });
  });

  test('at once, to several instances, is taken once', async () => {
    const { id, provider_message_id } = await aSentMessage();
    const body = { provider_reference: provider_message_id, status: 'DELIVERED', event_id: 'told-often' };
    const answers = await Promise.all(Array.from({ length: 20 }, () => receipt(body)));
    expect(statusesOf(answers)).toEqual(['accepted', ...Array(19).fill('duplicate')]);
    await user.sees(id, 'delivered');
    const told = (await user.timeline(id)).filter(({ event }) => event === 'receipt');
    expect(told).toHaveLength(1);
  });

  test.each([
    ['long before the message', '2001-01-01T00:00:00Z'],
    ['long after now', '2101-01-01T00:00:00Z'],
  ])('of a provider whose clock stands %s says that, but not when, it was delivered', async (_what, at) => {
    const { id, provider_message_id, created_at } = await aSentMessage();
    await receipt({ provider_reference: provider_message_id, status: 'DELIVERED', occurred_at: at });
    const { delivered_at } = await user.sees(id, 'delivered');
    expect(Date.parse(delivered_at ?? '')).toBeGreaterThanOrEqual(Date.parse(created_at));
    expect(Date.parse(delivered_at ?? '')).toBeLessThan(Date.parse('2100-01-01T00:00:00Z'));
  });

  test('is about messages of its own connection only', async () => {
    const { id, provider_message_id } = await aSentMessage();
    const body = { provider_reference: provider_message_id, status: 'DELIVERED' };
    for (const connection of ['sms-2', 'mail'])
      expect(await receipt(body, connection)).toMatchObject({ body: { status: 'accepted' } });
    const after = await user.sends({ from: aSender() });
    await user.sees(after.id, 'delivered');
    expect(await user.message(id)).toMatchObject({ status: 'sent', delivered_at: null });
    expect(await receipt(body)).toMatchObject({ body: { status: 'accepted' } });
    await user.sees(id, 'delivered');
  });

  test('that somebody forged changes nothing', async () => {
    const { id, provider_message_id } = await aSentMessage();
    const body = JSON.stringify({ provider_reference: provider_message_id, status: 'FAILED' });
    const signature = createHmac('sha256', 'guessed').update(body).digest('hex');
    const headers = { 'x-provider-signature': signature };
    const forged = await user.asks('/webhooks/sms', { key: null, headers, body });
    expect(forged).toMatchObject({ status: 401, body: { code: 'invalid_signature' } });
    await receipt({ provider_reference: provider_message_id, status: 'DELIVERED' });
    await user.sees(id, 'delivered');
    expect((await user.timeline(id)).filter(({ event }) => event === 'receipt')).toHaveLength(1);
  });
});

test('a receipt that nobody knows the message of is one', async () => {
  const body = JSON.stringify({ provider_reference: 'nobody-knows', status: 'DELIVERED' });
  await expecting(200, parley.client().webhook('sms', body));
  const found = await untilLetter(
    admin,
    'kind=orphan_receipt&connection=sms',
    ({ provider_message_id }) => provider_message_id === 'nobody-knows',
  );
  expect(found).toMatchObject({ attempts: 1, message_id: null, reason: expect.any(String) });
});

test('an orphan receipt is applied, and an orphan no more, when its message appears', async () => {
  const gateway = createServer((_, response) => void response.end(JSON.stringify({ id: 'appears-later' })));
  await once(gateway.listen(0, '127.0.0.1'), 'listening');
  const { port } = z.object({ port: z.int() }).parse(gateway.address());
  const account = await sendingAccount(parley, 'orphans');
  const secret = 'known-to-both-sides';
  const connection = { id: 'own-gateway', provider: 'sms-gateway', url: `http://127.0.0.1:${port}`, secret };
  await expecting(201, account.asks('/v1/connections', { body: connection }));
  const body = JSON.stringify({ provider_reference: 'appears-later', status: 'DELIVERED' });
  const headers = { 'x-provider-signature': createHmac('sha256', secret).update(body).digest('hex') };
  const receipt = { method: 'POST', key: null, headers, body };
  await expecting(200, parley.client().call('/webhooks/own-gateway', receipt));
  const orphans = () => lettersOf(account, 'kind=orphan_receipt');
  await until(async () => (await orphans()).length === 1, { what: 'the orphan is listed' });
  expect((await lettersOf(admin, 'kind=orphan_receipt&connection=own-gateway')).length).toBe(0);
  const dispatcher = parley.instance().processes.find(({ program }) => program === 'dispatcher');
  const counted = async () => (await fetch(`${dispatcher?.operationsUrl}/metrics`)).text();
  await until(async () => /^orphan_receipts\{.*\} [1-9]/m.test(await counted()), { what: 'it is counted' });
  const { id } = await account.sends({ from: aSender() });
  await account.sees(id, 'delivered');
  expect(await orphans()).toEqual([]);
  gateway.closeAllConnections();
  gateway.close();
});

test('a message whose receipt does not come is none, but says so, is counted and told of', async () => {
  const to = aNumber();
  await provider.will(to, { receipt: 'none' });
  const { id } = await user.sends({ to });
  const { provider_message_id } = await user.sees(id, 'sent', 'receipt_overdue');
  await untilListed(parley.client(), `status_reason=receipt_overdue&to=${encodeURIComponent(to)}`, 1);
  expect((await user.timeline(id)).at(-1)).toMatchObject({ event: 'receipt_overdue', provider: 'sms' });
  const dispatcher = parley.instance().processes.find(({ program }) => program === 'dispatcher');
  const metrics = await fetch(`${dispatcher?.operationsUrl}/metrics`);
  expect(await metrics.text()).toMatch(/^receipts_overdue_total\{.*connection="sms".*\} [1-9]/m);
  const late = JSON.stringify({ provider_reference: provider_message_id, status: 'DELIVERED' });
  await expecting(200, parley.client().webhook('sms', late));
  expect(await user.sees(id, 'delivered')).toMatchObject({ status_reason: null });
  await untilListed(parley.client(), `status=delivered&to=${encodeURIComponent(to)}`, 1);
  await untilListed(parley.client(), `status_reason=receipt_overdue&to=${encodeURIComponent(to)}`, 0);
});

test('both secrets of a connection sign while they are being changed, and no older one', async () => {
  const made = { id: 'changing', provider: 'generic', secret: 'the-first-secret' };
  await expecting(201, admin.asks('/v1/connections', { body: made }));
  const rotate = async (secret: string) =>
    expecting(
      200,
      admin.asks('/v1/connections/changing', { method: 'PATCH', body: { rotate_secret: true, secret } }),
    );
  let messages = 0;
  const deliver = async (secret: string) => {
    messages += 1;
    const body = `{"message_id":"s${messages}","from":"+919876543210","to":"+14155550100","ts":"2025-01-15T10:00:00Z"}`;
    const headers = { 'x-signature': createHmac('sha256', secret).update(body).digest('hex') };
    return (await user.asks('/webhooks/changing', { key: null, headers, body })).status;
  };
  await rotate('the-second-secret');
  expect([await deliver('the-first-secret'), await deliver('the-second-secret')]).toEqual([200, 200]);
  await rotate('the-third-secret');
  const signed = ['the-first-secret', 'the-second-secret', 'the-third-secret'].map(deliver);
  expect(await Promise.all(signed)).toEqual([401, 200, 200]);
});

test('a mail signed long ago, or far ahead, is refused', async () => {
  const target = parley.endpoint().connections['mail'];
  const body = JSON.stringify({ xillio_id: 'late', from: 'a@b.example', to: 'c@d.example', body: 'Hi' });
  const key = Buffer.from((target?.secret ?? '').replace(/^whsec_/, ''), 'base64');
  const deliver = async (offsetS: number, id: string) => {
    const timestamp = String(Math.floor(Date.now() / 1_000) + offsetS);
    const digest = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${digest}`,
    };
    return (await user.asks('/webhooks/mail', { key: null, headers, body })).status;
  };
  expect(await Promise.all([deliver(-3_600, 'msg_1'), deliver(3_600, 'msg_2')])).toEqual([401, 401]);
  expect(await deliver(0, 'msg_3')).toBe(422);
  const whole = z.object({ data: z.array(z.unknown()) });
  expect(whole.parse((await user.asks('/v1/messages?from=a@b.example')).body).data).toEqual([]);
});
