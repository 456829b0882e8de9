import type { Fixtures } from '../conformance/fixtures.ts';
import type { IncomingMessage } from '../provider.ts';
import { genericInbox } from './index.ts';

const sample = {
  message_id: 'm1',
  from: '+919876543210',
  to: '+14155550100',
  timestamp: '2025-01-15T10:00:00Z',
  text: 'Hello',
};
const { timestamp: _, ...untimed } = sample;

const parsed: IncomingMessage = {
  kind: 'message',
  provider_message_id: 'm1',
  type: 'sms',
  from: '+919876543210',
  to: '+14155550100',
  subject: null,
  body: 'Hello',
  attachments: [],
  timestamp: '2025-01-15T10:00:00.000Z',
};

/** What the generic inbox must take and refuse. */
export const fixtures: Fixtures = {
  provider: genericInbox,
  vector: {
    secret: 'inbox-secret',
    at: 0,
    headers: { 'x-signature': '40008bd0857de0e343e0721af687fb7d9ae075c16d325423323c4169bff9d590' },
    body: JSON.stringify(sample),
  },
  accepted: [
    { title: 'the sample', body: sample, parsed },
    {
      title: 'a message without text',
      body: { ...sample, text: undefined },
      parsed: { ...parsed, body: null },
    },
    {
      title: 'a message whose text is null',
      body: { ...sample, text: null },
      parsed: { ...parsed, body: null },
    },
    { title: 'an empty text', body: { ...sample, text: '' }, parsed: { ...parsed, body: '' } },
    { title: 'unknown fields', body: { ...sample, channel: 'web' }, parsed },
    { title: 'ts for timestamp', body: { ...untimed, ts: '2025-01-15T10:00:00Z' }, parsed },
    { title: 'timestamp rather than ts', body: { ...sample, ts: 'not a time' }, parsed },
    {
      title: 'any character in the id and 4,096 code points of text',
      body: { ...sample, message_id: '💬'.repeat(255), text: '💬'.repeat(4_096) },
      parsed: { ...parsed, provider_message_id: '💬'.repeat(255), body: '💬'.repeat(4_096) },
    },
    {
      title: 'an instant of long ago with nanoseconds',
      body: { ...sample, timestamp: '0001-01-01T00:00:00.123456789Z' },
      parsed: { ...parsed, timestamp: '0001-01-01T00:00:00.123Z' },
    },
  ],
  refused: [
    {
      title: 'an empty object',
      body: {},
      pointers: ['#/message_id', '#/from', '#/to', '#/timestamp'],
    },
    {
      title: 'numbers in any other form',
      body: { ...sample, from: '919876543210', to: '+1 415 555 0100' },
      pointers: ['#/from', '#/to'],
    },
    {
      title: 'numbers that begin with 0 or end in a line break',
      body: { ...sample, from: '+0123456', to: '+14155550100\n' },
      pointers: ['#/from', '#/to'],
    },
    { title: 'an empty id', body: { ...sample, message_id: '' }, pointers: ['#/message_id'] },
    {
      title: 'an id of 256 characters',
      body: { ...sample, message_id: 'm'.repeat(256) },
      pointers: ['#/message_id'],
    },
    {
      title: 'an id that cannot be stored',
      body: { ...sample, message_id: 'a\0b' },
      pointers: ['#/message_id'],
    },
    { title: '4,097 code points', body: { ...sample, text: 'x'.repeat(4_097) }, pointers: ['#/text'] },
    { title: 'half a character', body: { ...sample, text: '\ud83d' }, pointers: ['#/text'] },
    {
      title: 'a day that never was',
      body: { ...sample, timestamp: '2025-02-29T10:00:00Z' },
      pointers: ['#/timestamp'],
    },
    {
      title: 'another zone',
      body: { ...sample, timestamp: '2025-01-15T10:00:00+00:00' },
      pointers: ['#/timestamp'],
    },
    {
      title: 'a time without a zone',
      body: { ...sample, timestamp: '2025-01-15T10:00:00' },
      pointers: ['#/timestamp'],
    },
    {
      title: 'the year zero',
      body: { ...sample, timestamp: '0000-01-01T00:00:00Z' },
      pointers: ['#/timestamp'],
    },
    { title: 'a broken ts', body: { ...untimed, ts: 'now' }, pointers: ['#/ts'] },
    {
      title: 'a receipt',
      body: { provider_reference: 'r', status: 'DELIVERED' },
      pointers: ['#/message_id', '#/from', '#/to', '#/timestamp'],
    },
  ],
  lookups: null,
};
