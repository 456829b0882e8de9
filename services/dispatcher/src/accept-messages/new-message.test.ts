import { describe, expect, test } from '@jest/globals';
import { conversationIdOf, newMessageId, newRowId, userId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import { anAcceptItem, ANY_ACCOUNT, type AcceptOverrides } from '@parley/testkit';
import { newMessages } from './new-message.ts';

const ACCEPTED_AT = '2026-01-15T10:00:00.000Z';
const EXPIRES_AT = '2026-01-15T14:00:00.000Z';

/** Users by name, and by the addresses that are theirs. */
const ann = userId.parse(newRowId());
const bob = userId.parse(newRowId());
const USERS = new Map([
  ['ann', ann],
  ['bob', bob],
  ['+12125550100', ann],
  ['bob@example.test', bob],
]);
const strangers = { accepted_at: ACCEPTED_AT, valid_for_ms: 4 * 3_600_000, userOf: () => null };
const users = { ...strangers, userOf: (address: string) => USERS.get(address) ?? null };

const recipients = (...to: string[]) => to.map((address) => ({ id: newMessageId(), to: address }));

function newMessage(overrides: AcceptOverrides = {}, stamp: typeof users = strangers): Message {
  const [message] = newMessages(anAcceptItem(overrides), stamp);
  if (message === undefined) throw new Error('there is no message');
  return message;
}

test('a message keeps what it was given and is stamped with the time of accept', () => {
  const item = anAcceptItem({ client_reference: 'r-1', metadata: { a: 1 }, trace_id: 't' });
  const { account_id, type, from, body, client_reference, metadata, trace_id } = item;
  expect(newMessages(item, strangers)).toMatchObject([
    {
      ...item.recipients[0],
      account_id,
      type,
      from,
      body,
      client_reference,
      metadata,
      trace_id,
      status: 'queued',
      direction: 'outbound',
      timestamp: ACCEPTED_AT,
      created_at: ACCEPTED_AT,
      expires_at: EXPIRES_AT,
      round: 1,
    },
  ]);
});

test('a message keeps a time of its own', () => {
  const timestamp = '2020-02-29T00:00:00.000Z';
  expect(newMessage({ timestamp })).toMatchObject({ timestamp, created_at: ACCEPTED_AT });
});

describe('the conversation', () => {
  test('is that of the users whose addresses are named', () => {
    const conversation_id = conversationIdOf(ANY_ACCOUNT, [
      { address: 'any', user_id: bob },
      { address: 'other', user_id: ann },
    ]);
    expect(newMessage({ to: 'bob@example.test' }, users)).toMatchObject({
      from_user_id: ann,
      to_user_id: bob,
      conversation_id,
    });
  });

  test('of a list is one for all of its messages, each to one of the list', () => {
    const to = recipients('+12125550101', 'bob@example.test', '+12125550103');
    const messages = newMessages(anAcceptItem({ recipients: to, metadata: { a: 1 } }), users);
    const conversation_id = conversationIdOf(ANY_ACCOUNT, [
      { address: '+12125550103', user_id: null },
      { address: '+12125550101', user_id: null },
      { address: '', user_id: ann },
      { address: '', user_id: bob },
    ]);
    const every = { metadata: { a: 1 }, from_user_id: ann, conversation_id };
    expect(messages).toMatchObject(to.map((one) => ({ ...one, ...every })));
    expect(messages.map(({ to_user_id }) => to_user_id)).toEqual([null, bob, null]);
  });

  test('is the given one, whoever takes part', () => {
    const given = { conversation_id: conversationIdOf(ANY_ACCOUNT, []), in_reply_to: newMessageId() };
    const item = anAcceptItem({ recipients: recipients('+11', '+12'), ...given });
    expect(newMessages(item, users)).toMatchObject([given, given]);
  });
});

describe('a chat', () => {
  const chat = { type: 'chat', from: 'ann', to: 'bob' } as const;

  test('is sent when it is accepted, in the conversation that its users have by other ways', () => {
    expect(newMessage(chat, users)).toMatchObject({
      ...chat,
      status: 'sent',
      sent_at: ACCEPTED_AT,
      delivered_at: null,
      read_at: null,
      provider: null,
      from_user_id: ann,
      to_user_id: bob,
      conversation_id: newMessage({ to: 'bob@example.test' }, users).conversation_id,
    });
  });

  test('that is to be sent later is scheduled', () => {
    const send_at = '2026-01-15T10:00:00.001Z';
    expect(newMessage({ ...chat, send_at }, users)).toMatchObject({ status: 'scheduled', sent_at: null });
  });
});

test.each<[string, AcceptOverrides, Pick<Message, 'status' | 'expires_at'>]>([
  ['now, for as long as usual', {}, { status: 'queued', expires_at: EXPIRES_AT }],
  ['now, but not for long', { valid_for: 60 }, { status: 'queued', expires_at: '2026-01-15T10:01:00.000Z' }],
  [
    'later, for as long as usual from then on',
    { send_at: '2026-01-16T10:00:00.000Z' },
    { status: 'scheduled', expires_at: '2026-01-16T14:00:00.000Z' },
  ],
  [
    'later, but not for long',
    { send_at: '2026-01-16T10:00:00.000Z', valid_for: 1 },
    { status: 'scheduled', expires_at: '2026-01-16T10:00:01.000Z' },
  ],
  [
    'now, because its time is over',
    { send_at: '2026-01-15T09:00:00.000Z', valid_for: 60 },
    { status: 'queued', expires_at: '2026-01-15T10:01:00.000Z' },
  ],
  ['now, because it is its time', { send_at: ACCEPTED_AT }, { status: 'queued', expires_at: EXPIRES_AT }],
])('a message is to be sent %s', (_, overrides, expected) => {
  const send_at = overrides.send_at ?? null;
  const stamped = { created_at: ACCEPTED_AT, timestamp: ACCEPTED_AT, sent_at: null };
  expect(newMessage(overrides)).toMatchObject({ ...expected, ...stamped, send_at });
});

describe('encoding and segments', () => {
  test.each<[string, AcceptOverrides, Pick<Message, 'encoding' | 'segments'>]>([
    ['of an SMS', { body: 'a'.repeat(161) }, { encoding: 'GSM-7', segments: 2 }],
    ['of an SMS in other letters', { body: 'я'.repeat(71) }, { encoding: 'UCS-2', segments: 2 }],
    ['of an SMS without a text', { body: null, attachments: ['a'] }, { encoding: 'GSM-7', segments: 1 }],
    ['that an MMS does not have', { type: 'mms' }, { encoding: null, segments: null }],
    ['that an e-mail does not have', { type: 'email' }, { encoding: null, segments: null }],
    ['that a chat does not have', { type: 'chat' }, { encoding: null, segments: null }],
  ])('%s', (_, overrides, expected) => {
    expect(newMessage(overrides)).toMatchObject(expected);
  });
});
