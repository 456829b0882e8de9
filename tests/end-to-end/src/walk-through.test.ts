import { describe, expect, test } from '@jest/globals';
import { until } from '@parley/testkit';
import { messageIn } from './parley-client.ts';
import { runningParley, untilListed, untilStatus } from './running-parley.ts';

const parley = runningParley();

describe('one message out', () => {
  const body = {
    from: '+12016661234',
    to: '+18045551234',
    type: 'sms',
    body: 'text message',
    attachments: null,
    timestamp: '2024-11-01T14:00:00Z',
  };
  let id: string;

  test('is accepted with 202 and every field of the resource', async () => {
    const answer = await parley.client().call('/v1/messages', { body });
    expect(answer.status).toBe(202);
    expect(answer.body).toEqual({
      id: expect.stringMatching(/^msg_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/),
      account_id: 'demo',
      conversation_id: expect.any(String),
      direction: 'outbound',
      type: 'sms',
      from: '+12016661234',
      to: '+18045551234',
      subject: null,
      body: 'text message',
      attachments: [],
      status: 'queued',
      status_reason: null,
      provider: null,
      provider_message_id: null,
      encoding: 'GSM-7',
      segments: 1,
      in_reply_to: null,
      metadata: null,
      client_reference: null,
      timestamp: '2024-11-01T14:00:00.000Z',
      created_at: expect.any(String),
      sent_at: null,
      delivered_at: null,
      read_at: null,
      send_at: null,
      expires_at: expect.any(String),
      from_user_id: null,
      to_user_id: null,
      trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    ({ id } = messageIn(answer));
  });

  test('can be read at once', async () => {
    expect((await parley.client().call(`/v1/messages/${id}`)).status).toBe(200);
  });

  test('is sent to the provider once and delivered when its receipt comes back', async () => {
    const { body: delivered } = await untilStatus(parley.client(), id, 'delivered');
    expect(delivered).toMatchObject({
      provider: 'sms',
      provider_message_id: expect.any(String),
      sent_at: expect.any(String),
      delivered_at: expect.any(String),
    });
    const ledger = await parley
      .client()
      .simulator(`/control/ledger?to=${encodeURIComponent('+18045551234')}`);
    expect(ledger.body).toMatchObject({ calls: 1, accepted: 1 });
  });

  test('is listed as delivered, filed into its conversation and counted', async () => {
    await untilListed(parley.client(), 'to=18045551234&status=delivered&direction=outbound&type=sms', 1);
    const stats = await parley.client().call('/v1/stats');
    expect(stats.body).toMatchObject({
      total: 1,
      by_day: [{ date: '2024-11-01', count: 1 }],
      by_status: { delivered: 1 },
    });
  });
});

describe('one message in', () => {
  const body =
    '{\n    "message_id": "m1",\n    "from": "+919876543210",\n    "to": "+14155550100",\n' +
    '    "timestamp": "2025-01-15T10:00:00Z",\n    "text": "Hello"\n}\n';

  test('is accepted when its signature fits the bytes, and a repeat is a duplicate', async () => {
    expect(await parley.client().webhook('inbox', body)).toMatchObject({
      status: 200,
      body: { status: 'accepted' },
    });
    expect(await parley.client().webhook('inbox', body)).toMatchObject({
      status: 200,
      body: { status: 'duplicate' },
    });
  });

  test('is listed once, with its own time and text', async () => {
    const [message] = await untilListed(parley.client(), 'from=%2B919876543210', 1);
    expect(message).toMatchObject({
      direction: 'inbound',
      type: 'sms',
      status: 'received',
      from: '+919876543210',
      to: '+14155550100',
      body: 'Hello',
      timestamp: '2025-01-15T10:00:00.000Z',
      provider_message_id: 'm1',
    });
  });
});

describe('every provider', () => {
  test.each([
    [
      'sms',
      '{"from":"+18045551234","to":"+12016661234","type":"sms","messaging_provider_id":"message-1","body":"text message","attachments":null,"timestamp":"2024-11-01T14:00:00Z"}',
      'sms',
    ],
    [
      'sms',
      '{"from":"+18045551234","to":"+12016661234","type":"mms","messaging_provider_id":"message-2","body":"text message","attachments":["attachment-url"],"timestamp":"2024-11-01T14:00:00Z"}',
      'mms',
    ],
    [
      'mail',
      '{"from":"[user@useapp.com](mailto:user@useapp.com)","to":"[contact@gmail.com](mailto:contact@gmail.com)","xillio_id":"message-2","body":"<html><body>html is <b>allowed</b> here </body></html>","attachments":["attachment-url"],"timestamp":"2024-11-01T14:00:00Z"}',
      'email',
    ],
  ])('delivers inbound messages: %s %s', async (connection, body, type) => {
    expect(await parley.client().webhook(connection, body)).toMatchObject({
      status: 200,
      body: { status: 'accepted' },
    });
    await untilListed(
      parley.client(),
      `direction=inbound&type=${type}&from=${type === 'email' ? 'user@useapp.com' : '18045551234'}`,
      1,
    );
  });

  test.each([
    { from: '+12016661234', to: '+18045550001', type: 'mms', body: 'look', attachments: ['attachment-url'] },
    {
      from: '[user@useapp.com](mailto:user@useapp.com)',
      to: '[contact@gmail.com](mailto:contact@gmail.com)',
      body: 'text message with or without <b>html</b>',
      attachments: ['attachment-url'],
      timestamp: '2024-11-01T14:00:00Z',
    },
    { from: 'MyCorp', to: '233241234567', body: 'Hello, this is a test message.' },
  ])('delivers outbound messages: $from', async (body) => {
    const answer = await parley.client().call('/v1/messages', { body });
    expect(answer.status).toBe(202);
    await untilStatus(parley.client(), messageIn(answer).id, 'delivered');
  });
});

test('a message out and its answer in are one conversation', async () => {
  const out = await parley.client().call('/v1/messages', {
    body: { from: '+14155550199', to: '+919800000001', body: 'Hi?' },
  });
  const { conversation_id } = messageIn(out);
  const reply =
    '{"message_id":"r1","from":"+919800000001","to":"+14155550199","ts":"2025-01-15T10:00:00Z","text":"Hi!"}';
  await parley.client().webhook('inbox', reply);
  await until(
    async () => {
      const { data } = (await parley.client().call(`/v1/conversations/${conversation_id}/messages`)).body as {
        data: unknown[];
      };
      return data.length === 2;
    },
    { what: 'the conversation has both messages' },
  );
  const { data } = (await parley.client().call('/v1/conversations?limit=200')).body as {
    data: { id: string }[];
  };
  expect(data.find(({ id }) => id === conversation_id)).toMatchObject({ message_count: 2, types: ['sms'] });
});
