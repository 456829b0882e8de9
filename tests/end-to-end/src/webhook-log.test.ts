import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { webhookVerdict } from '@parley/contracts/requests/receive-webhooks';
import { until } from '@parley/testkit';
import { z } from 'zod';
import { adminOf, aNumber, expecting, newAccount, userOf, type User } from './people.ts';
import { providerOf } from './provider.ts';
import { runningParley, untilListed } from './running-parley.ts';

const parley = runningParley();
const user = userOf(parley);
const admin = adminOf(parley);
const provider = providerOf(parley);

const entry = z.object({
  id: z.string(),
  connection: z.string(),
  received_at: z.string(),
  verdict: webhookVerdict,
  reason: z.string().nullable(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })),
  provider_message_id: z.string().nullable(),
  message_id: z.string().nullable(),
  receipt_id: z.string().nullable(),
  url: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string().nullable(),
  body_base64: z.string(),
  body_bytes: z.int(),
  replay: z.object({ verdict: webhookVerdict }).nullable(),
});
type Entry = z.infer<typeof entry>;

async function logged(query: string, whose: User = admin): Promise<Entry[]> {
  const { body } = await expecting(200, whose.asks(`/v1/webhook-log?${query}`));
  return z.object({ data: z.array(entry) }).parse(body).data;
}

/** The one entry that a query finds. */
async function theOne(query: string): Promise<Entry> {
  const [found, ...others] = await logged(query);
  if (found === undefined || others.length > 0) throw new Error(`${query} finds ${others.length} too many`);
  return found;
}

const replay = (id: string, whose: User = admin) =>
  whose.asks(`/v1/webhook-log/${id}/replay`, { method: 'POST' });

let sent = 0;
const anSms = (fields: object = {}): string =>
  JSON.stringify({
    message_id: `log-${(sent += 1)}`,
    ...fields,
    ts: '2025-01-15T10:00:00Z',
    text: 'Grüße 👋',
  });
const between = () => ({ from: aNumber(), to: aNumber() });

/** Posts without a signature that fits. */
const forge = (body: string, headers: Record<string, string> = { 'x-signature': '0'.repeat(64) }) =>
  parley.client().call('/webhooks/inbox', { method: 'POST', key: null, headers, body });

describe('a webhook that came in', () => {
  test('is in the log with its bytes, without its secrets, and with the message that it became', async () => {
    const addresses = between();
    const body = anSms(addresses);
    await expecting(200, parley.client().webhook('inbox', body));
    const [message] = await untilListed(parley.client(), `from=${encodeURIComponent(addresses.from)}`, 1);
    const { id } = z.object({ id: z.string() }).parse(message);
    const found = await theOne(`message_id=${id}`);
    expect(found).toMatchObject({
      connection: 'inbox',
      verdict: 'created',
      provider_message_id: `log-${sent}`,
      message_id: id,
      body,
      headers: { 'content-type': 'application/json', 'x-signature': '***' },
      url: expect.stringMatching(/\/webhooks\/inbox$/),
    });
    expect(Buffer.from(found.body_base64, 'base64').toString()).toBe(body);
    expect((await expecting(200, admin.asks(`/v1/webhook-log/${found.id}`))).body).toMatchObject(found);
    expect((await replay(found.id)).body).toMatchObject({ verdict: 'duplicate', message_id: id });
    expect(await theOne(`message_id=${id}`)).toMatchObject({ replay: { verdict: 'duplicate' } });
    await untilListed(parley.client(), `from=${encodeURIComponent(addresses.from)}`, 1);
  });

  test('shows no secret of the URL that it was sent to', async () => {
    const { secret = '' } = parley.endpoint().connections['inbox'] ?? {};
    const body = anSms(between());
    const headers = { 'x-signature': createHmac('sha256', secret).update(body).digest('hex') };
    await expecting(200, user.asks('/webhooks/inbox?a=b&token=hush', { key: null, headers, body }));
    expect((await theOne(`provider_message_id=log-${sent}`)).url).toMatch(/inbox\?a=b&token=\*\*\*$/);
  });

  test('again is a duplicate of the same message', async () => {
    const body = anSms(between());
    await expecting(200, parley.client().webhook('inbox', body));
    await expecting(200, parley.client().webhook('inbox', body));
    const [again, first] = await logged(`provider_message_id=log-${sent}`);
    expect([again?.verdict, first?.verdict]).toEqual(['duplicate', 'created']);
    expect(again?.message_id).toBe(first?.message_id);
  });

  test('as a receipt tells of the message that was sent', async () => {
    const to = aNumber();
    const { id } = await user.sends({ to });
    await user.sees(id, 'delivered');
    const found = await theOne(`message_id=${id}`);
    expect(found).toMatchObject({ connection: 'sms', verdict: 'created', message_id: id });
    expect(found.receipt_id).not.toBeNull();
    expect((await replay(found.id)).body).toMatchObject({
      verdict: 'duplicate',
      receipt_id: found.receipt_id,
    });
    expect(await provider.calls(to)).toMatchObject({ calls: 1 });
  });

  test('and could not be read says where, also when it is replayed', async () => {
    const body = anSms({ from: '12', to: '+14155550100' });
    expect(await parley.client().webhook('inbox', body)).toMatchObject({ status: 422 });
    const [found] = await logged('verdict=validation_error&connection=inbox');
    expect(found).toMatchObject({ body, message_id: null, provider_message_id: null });
    expect(found?.errors.map(({ pointer }) => pointer)).toContain('#/from');
    const again = await expecting(200, replay(found?.id ?? ''));
    expect(again.body).toMatchObject({ verdict: 'validation_error', errors: found?.errors });
    expect((await parley.client().webhook('inbox', '{')).status).toBe(400);
    expect((await logged('verdict=validation_error&connection=inbox')).map((one) => one.body)).toContain('{');
  });

  test('is counted by how it ended, each once', async () => {
    const counted = async (): Promise<Record<string, number>> => {
      const response = await fetch(`${parley.endpoint().baseUrl}/metrics`);
      const lines = (await response.text()).matchAll(
        /^webhook_requests_total\{.*result="(\w+)".*\} (\d+)$/gm,
      );
      return Object.fromEntries([...lines].map(([, result = '', count]) => [result, Number(count)]));
    };
    const before = await counted();
    const body = anSms(between());
    await parley.client().webhook('inbox', body);
    await parley.client().webhook('inbox', body);
    await parley.client().webhook('inbox', '[]');
    await forge('{}');
    const after = await counted();
    for (const verdict of webhookVerdict.options)
      expect([verdict, after[verdict]]).toEqual([verdict, (before[verdict] ?? 0) + 1]);
  });
});

describe('what nobody signed', () => {
  test('leaves nothing but an entry with its beginning, and stays refused when it is replayed', async () => {
    const addresses = between();
    const body = anSms({ ...addresses, padding: 'x'.repeat(20_000) });
    expect(await forge(body)).toMatchObject({ status: 401, body: { code: 'invalid_signature' } });
    expect(await forge(body, {})).toMatchObject({ status: 401 });
    const [found] = await logged('verdict=invalid_signature&limit=1');
    expect(found).toMatchObject({
      connection: 'inbox',
      message_id: null,
      body_bytes: Buffer.byteLength(body),
    });
    const whole = entry.parse((await admin.asks(`/v1/webhook-log/${found?.id}`)).body);
    expect(Buffer.from(whole.body_base64, 'base64').length).toBeLessThanOrEqual(4_096);
    expect((await replay(found?.id ?? '')).body).toMatchObject({ verdict: 'invalid_signature' });
    expect(await user.lists(`from=${encodeURIComponent(addresses.from)}`)).toEqual([]);
  });

  test('fills no disk: of a flood few are kept, and of a connection that is not there nothing', async () => {
    const begun = Date.now();
    const flood = await Promise.all(Array.from({ length: 200 }, () => forge(anSms({ flood: true }))));
    expect(flood.every(({ status }) => status === 401)).toBe(true);
    const lastedS = Math.ceil((Date.now() - begun) / 1_000);
    const kept = (await logged('verdict=invalid_signature&limit=200')).filter(({ body }) =>
      body?.includes('flood'),
    );
    expect(kept.length).toBeGreaterThan(0);
    // Ten in each second that the flood touched, however long a slow machine takes for it.
    expect(kept.length).toBeLessThanOrEqual(10 * (lastedS + 1));
    expect(await parley.client().webhook('inbox', anSms(between()))).toMatchObject({ status: 200 });
    const nowhere = { method: 'POST', key: null, body: '{}' };
    expect(await parley.client().call('/webhooks/nowhere', nowhere)).toMatchObject({ status: 404 });
    expect(await logged('connection=nowhere')).toEqual([]);
  });

  test('because of a wrong secret is taken when the right one is set', async () => {
    const right = 'the-right-secret';
    await expecting(201, admin.asks('/v1/connections', { body: { id: 'mended', provider: 'generic' } }));
    const body = anSms(between());
    const headers = { 'x-signature': createHmac('sha256', right).update(body).digest('hex') };
    const post = () => user.asks('/webhooks/mended', { key: null, headers, body });
    expect(await post()).toMatchObject({ status: 401 });
    const { id } = await theOne('connection=mended');
    expect((await replay(id)).body).toMatchObject({ verdict: 'invalid_signature' });
    const change = { method: 'PATCH', body: { rotate_secret: true, secret: right } };
    await expecting(200, admin.asks('/v1/connections/mended', change));
    const replayed = await until(
      async () => {
        const answer = await expecting(200, replay(id));
        const { verdict, message_id } = z
          .object({ verdict: webhookVerdict, message_id: z.string().nullable() })
          .parse(answer.body);
        return verdict === 'created' ? message_id : null;
      },
      { what: 'the new secret is known' },
    );
    expect(await user.message(replayed)).toMatchObject({ direction: 'inbound', provider: 'mended' });
    expect((await post()).body).toEqual({ status: 'duplicate' });
  });
});

describe('the log', () => {
  test('is paged, newest first, and narrowed by time', async () => {
    const start = new Date().toISOString();
    for (let count = 0; count < 5; count += 1)
      await expecting(200, parley.client().webhook('inbox', anSms(between())));
    const query = `connection=inbox&since=${start}`;
    const all = await logged(query);
    expect(all).toHaveLength(5);
    const times = all.map(({ received_at }) => received_at);
    expect(times).toEqual(times.toSorted().toReversed());
    const { body } = await admin.asks(`/v1/webhook-log?${query}&limit=3`);
    const { next_cursor } = z.object({ next_cursor: z.string(), has_more: z.literal(true) }).parse(body);
    const rest = await logged(`${query}&limit=3&cursor=${next_cursor}`);
    expect(rest.map(({ id }) => id)).toEqual(all.slice(3).map(({ id }) => id));
    expect((await admin.asks(`/v1/webhook-log?${query}&page=2&per_page=3`)).body).toMatchObject({
      data: [{ id: all[3]?.id }, { id: all[4]?.id }],
      meta: { total: 5, page: 2, per_page: 3, pages: 2 },
    });
    expect(await logged(`connection=inbox&until=${start}&since=${start}`)).toEqual([]);
  });

  test('is for admins of the account, and shows nothing of others', async () => {
    await parley.client().webhook('inbox', anSms(between()));
    const [found] = await logged('limit=1');
    const stranger = await newAccount(parley, 'log-stranger');
    expect(await logged('', stranger)).toEqual([]);
    expect(await stranger.asks(`/v1/webhook-log/${found?.id}`)).toMatchObject({ status: 404 });
    expect(await replay(found?.id ?? '', stranger)).toMatchObject({ status: 404 });
    expect(await user.asks('/v1/webhook-log')).toMatchObject({ status: 403 });
    expect(await user.asks(`/v1/webhook-log/${found?.id}`)).toMatchObject({ status: 403 });
    expect(await replay(found?.id ?? '', user)).toMatchObject({ status: 403 });
    expect(await admin.asks('/v1/webhook-log?verdict=good')).toMatchObject({ status: 422 });
    expect(await replay('msg_1')).toMatchObject({ status: 404 });
  });
});
