import { beforeAll, describe, expect, test } from '@jest/globals';
import { messageIn } from './parley-client.ts';
import { aNumber, expecting, userOf } from './people.ts';
import { providerOf } from './provider.ts';
import { runningParley, untilListed } from './running-parley.ts';

// What a service asks for that sends SMS under names and hears of their delivery.
const parley = runningParley();
const user = userOf(parley);
const provider = providerOf(parley);

// Without its plus, as people write it.
const TO = aNumber().slice(1);
/** Sends as the samples do. */
const sends = (key: string, from: string, body: string) =>
  user.asks('/v1/messages', {
    headers: { 'idempotency-key': `send_msg:${key}` },
    body: { from, to: TO, body },
  });
const receipt = (body: object) => parley.client().webhook('sms', JSON.stringify(body));

// The provider reports nothing by itself: the tests do.
beforeAll(() => provider.behaves({ receipts: 'off' }));

describe('an SMS under a name', () => {
  let id: string;
  let reference: string | null;

  test('is accepted, and named for its client by its key', async () => {
    const answer = await sends('a_text_1', 'MyCorp', 'Hello, this is a test message.');
    expect(answer).toMatchObject({
      status: 202,
      body: {
        type: 'sms',
        status: 'queued',
        from: 'MyCorp',
        to: `+${TO}`,
        client_reference: 'a_text_1',
        encoding: 'GSM-7',
        segments: 1,
      },
    });
    ({ id } = messageIn(answer));
    const again = await sends('a_text_1', 'MyCorp', 'Hello, this is a test message.');
    expect(again).toMatchObject({ status: 202, headers: { 'idempotency-replayed': 'true' } });
    expect(again.body).toEqual(answer.body);
  });

  test('is sent once, and shows under which reference', async () => {
    const sent = await user.sees(id, 'sent');
    expect(sent).toMatchObject({ provider: 'sms', sent_at: expect.any(String), delivered_at: null });
    reference = sent.provider_message_id;
    expect(await provider.calls(`+${TO}`)).toMatchObject({ calls: 1, sent: 1 });
  });

  test('is read by its id', async () => {
    expect(await user.asks(`/v1/messages/${id}`)).toMatchObject({ status: 200, body: { id } });
    const bare = id.replace('msg_', '');
    expect(await user.asks(`/v1/messages/${bare}`)).toMatchObject({ status: 200, body: { id } });
    expect(await user.asks('/v1/messages/5')).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  test('is delivered when the provider says so, once, and a repetition changes nothing', async () => {
    const told = { provider_reference: reference, status: 'DELIVERED' };
    expect(await receipt(told)).toMatchObject({ status: 200, body: { status: 'accepted' } });
    const { delivered_at } = await user.sees(id, 'delivered');
    expect(delivered_at).toEqual(expect.any(String));
    expect(await receipt(told)).toMatchObject({ status: 200, body: { status: 'duplicate' } });
    expect(await receipt({ ...told, status: 'delivered' })).toMatchObject({ body: { status: 'duplicate' } });
    expect(await user.message(id)).toMatchObject({ status: 'delivered', delivered_at });
  });

  test('is not delivered when the provider says that, and why', async () => {
    const { id: other } = messageIn(await sends('a_text_2', 'AnotherApp', 'Hello again.'));
    const { provider_message_id } = await user.sees(other, 'sent');
    const told = { provider_reference: provider_message_id, status: 'FAILED', error_code: '30005' };
    await expecting(200, receipt(told));
    expect(await user.sees(other, 'undelivered')).toMatchObject({
      status_reason: '30005',
      delivered_at: null,
    });
  });
});

describe('what is refused', () => {
  const refused = [
    {
      what: 'a sender that is not on the list',
      key: 'a_text_3',
      from: 'BadSender',
      body: 'This message should be rejected.',
      code: 'sender_not_allowed',
    },
    {
      what: 'a text with the word STOP',
      key: 'a_text_4',
      from: 'MyCorp',
      body: 'Please STOP sending me messages.',
      code: 'blocked_keyword',
    },
  ];
  test.each(refused)('is $what, whose key stays free', async ({ key, from, body, code }) => {
    expect(await sends(key, from, body)).toMatchObject({ status: 400, body: { code } });
    await expecting(202, sends(key, 'MyCorp', `Instead of ${code}`));
  });

  test('is not stored', async () => {
    const found = await untilListed(parley.client(), `to=${TO}`, 4);
    for (const { body } of refused) expect(found).not.toContainEqual(expect.objectContaining({ body }));
  });

  test.each([
    {
      what: 'without a signature',
      path: '/webhooks/sms',
      headers: {},
      status: 401,
      code: 'invalid_signature',
    },
    {
      what: 'with the signature of something else',
      path: '/webhooks/sms',
      headers: { 'x-provider-signature': '0'.repeat(64) },
      status: 401,
      code: 'invalid_signature',
    },
    {
      what: 'of a connection that is not there',
      path: '/webhooks/dlr',
      headers: {},
      status: 404,
      code: 'not_found',
    },
  ])('is a receipt $what', async ({ path, headers, status, code }) => {
    const body = { provider_reference: 'ref-1', status: 'DELIVERED' };
    const answer = await user.asks(path, { key: null, headers, body });
    expect(answer).toMatchObject({ status, body: { code } });
  });

  test.each<[string, object, string]>([
    ['without a reference', { provider_reference: '', status: 'DELIVERED' }, '#/provider_reference'],
    ['of 256 characters', { provider_reference: 'r'.repeat(256), status: 'FAILED' }, '#/provider_reference'],
    ['with another status', { provider_reference: 'ref-1', status: 'LOST' }, '#/status'],
  ])('is a receipt %s', async (_what, body, pointer) => {
    expect(await receipt(body)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer, detail: expect.any(String) }] },
    });
  });
});
