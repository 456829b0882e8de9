import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { REPOSITORY } from '@parley/launcher/repository';
import { until } from '@parley/testkit';
import { z } from 'zod';
import { messageIn } from './parley-client.ts';
import { expecting, userOf } from './people.ts';
import { providerOf } from './provider.ts';
import { ownParley, untilListed } from './running-parley.ts';

// What a service asks for that sends and takes SMS, MMS and e-mail, and groups them into conversations.
const parley = ownParley();
const user = userOf(parley);
const provider = providerOf(parley);

const [OURS, THEIRS] = ['+12016661234', '+18045551234'];
const sample = (name: string) => readFile(join(REPOSITORY, 'docs/samples', name), 'utf8');
const [sms, mms, email] = await Promise.all(['sms.json', 'mms.json', 'email.json'].map(sample));

const conversations = z.object({
  data: z.array(z.looseObject({ id: z.string(), types: z.array(z.string()), message_count: z.int() })),
});
/** The conversation of a participant, once it has so many messages. */
const conversationOf = (participant: string, count: number) =>
  until(
    async () => {
      const query = `/v1/conversations?participant=${encodeURIComponent(participant)}`;
      const { data } = conversations.parse((await expecting(200, user.asks(query))).body);
      expect(data).toHaveLength(1);
      return data.find(({ message_count }) => message_count === count);
    },
    { what: `the conversation of ${participant} has ${count} messages` },
  );

describe('out', () => {
  const body = {
    from: OURS,
    to: THEIRS,
    type: 'sms',
    body: 'text message',
    attachments: null,
    timestamp: '2024-11-01T14:00:00Z',
  };

  test('an SMS is accepted with every field of a message', async () => {
    const answer = await user.asks('/v1/messages', { body });
    expect(answer.status).toBe(202);
    expect(answer.body).toEqual({
      id: expect.stringMatching(/^msg_[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/),
      account_id: 'demo',
      conversation_id: expect.any(String),
      direction: 'outbound',
      type: 'sms',
      from: OURS,
      to: THEIRS,
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
    const { id } = messageIn(answer);
    // It can be read at once.
    expect(await user.message(id)).toMatchObject({ id });
    expect(await user.sees(id, 'delivered')).toMatchObject({
      provider: 'sms',
      provider_message_id: expect.any(String),
      sent_at: expect.any(String),
      delivered_at: expect.any(String),
    });
    expect(await provider.calls(THEIRS)).toMatchObject({ calls: 1, accepted: 1, sent: 1 });
  });

  test.each<[string, object, string, string]>([
    ['an MMS', { ...body, type: 'mms', attachments: ['attachment-url'] }, 'mms', 'sms'],
    ['an SMS with an empty list of attachments', { ...body, attachments: [] }, 'sms', 'sms'],
    [
      'an e-mail, with or without HTML',
      {
        from: '[user@useapp.com](mailto:user@useapp.com)',
        to: '[contact@gmail.com](mailto:contact@gmail.com)',
        body: 'text message with or without html',
        attachments: ['attachment-url'],
        timestamp: '2024-11-01T14:00:00Z',
      },
      'email',
      'mail',
    ],
  ])('%s goes through the provider that fits', async (_what, fields, type, connection) => {
    const { id } = messageIn(await expecting(202, user.asks('/v1/messages', { body: fields })));
    expect(await user.sees(id, 'delivered')).toMatchObject({ type, provider: connection });
  });
});

describe('in', () => {
  test.each([
    ['sms', sms, 'sms', { from: THEIRS, body: 'text message', attachments: [] }],
    ['sms', mms, 'mms', { from: THEIRS, body: 'text message', attachments: ['attachment-url'] }],
    [
      'mail',
      email,
      'email',
      {
        from: 'user@useapp.com',
        to: 'contact@gmail.com',
        body: '<html><body>html is <b>allowed</b> here </body></html>',
        attachments: ['attachment-url'],
      },
    ],
  ])('through %s, %s is stored once', async (connection, body = '', type, expected) => {
    const deliver = () => parley.client().webhook(connection, body);
    expect(await deliver()).toMatchObject({ status: 200, body: { status: 'accepted' } });
    expect(await deliver()).toMatchObject({ status: 200, body: { status: 'duplicate' } });
    const [found] = await untilListed(parley.client(), `direction=inbound&type=${type}`, 1);
    expect(found).toMatchObject({ ...expected, provider: connection, status: 'received' });
  });

  test('two providers may use the same id for messages of theirs', async () => {
    const inbound = await user.lists('direction=inbound');
    expect(inbound.map(({ provider_message_id }) => provider_message_id).toSorted()).toEqual([
      'message-1',
      'message-2',
      'message-2',
    ]);
  });
});

describe('conversations', () => {
  test('hold what was said between the same participants, in both directions and through every provider', async () => {
    const texts = await conversationOf(THEIRS, 5);
    expect(texts).toMatchObject({
      types: expect.arrayContaining(['sms', 'mms']),
      unread_count: 2,
      participants: expect.arrayContaining([
        { user_name: null, addresses: [OURS] },
        { user_name: null, addresses: [THEIRS] },
      ]),
    });
    const mails = await conversationOf('contact@gmail.com', 2);
    expect(mails).toMatchObject({ types: ['email'], unread_count: 1 });
    expect(mails.id).not.toBe(texts.id);
  });

  test('list their messages, the newest first', async () => {
    const { id } = await conversationOf(THEIRS, 5);
    const { body } = await expecting(200, user.asks(`/v1/conversations/${id}/messages`));
    const list = z.object({ data: z.array(z.looseObject({ conversation_id: z.string(), id: z.string() })) });
    const { data } = list.parse(body);
    expect(data).toHaveLength(5);
    expect(new Set(data.map(({ conversation_id }) => conversation_id))).toEqual(new Set([id]));
    expect(await user.asks(`/v1/conversations/${id}`)).toMatchObject({ status: 200, body: { id } });
  });

  test('are counted day by day', async () => {
    expect((await user.asks('/v1/stats')).body).toMatchObject({
      total: 7,
      by_day: [{ date: '2024-11-01', count: 7 }],
      by_type: { sms: 3, mms: 2, email: 2 },
    });
  });
});

test.each(['/health', '/metrics', '/docs', '/openapi.json'])('%s answers without a key', async (path) => {
  expect((await fetch(parley.endpoint().baseUrl + path)).status).toBe(200);
});
