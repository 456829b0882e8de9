import { listLookups } from '../conformance/lookup-fixtures.ts';
import { acceptedReceipts, refusedReceipts } from '../conformance/receipt-fixtures.ts';
import type { Fixtures } from '../conformance/fixtures.ts';
import type { IncomingMessage } from '../provider.ts';
import { smsGateway } from './index.ts';

const sms = {
  from: '+18045551234',
  to: '+12016661234',
  type: 'sms',
  messaging_provider_id: 'message-1',
  body: 'text message',
  attachments: null,
  timestamp: '2024-11-01T14:00:00Z',
};
const mms = { ...sms, type: 'mms', messaging_provider_id: 'message-2', attachments: ['attachment-url'] };

const parsed: IncomingMessage = {
  kind: 'message',
  provider_message_id: 'message-1',
  type: 'sms',
  from: '+18045551234',
  to: '+12016661234',
  subject: null,
  body: 'text message',
  attachments: [],
  timestamp: '2024-11-01T14:00:00.000Z',
};
const parsedMms: IncomingMessage = {
  ...parsed,
  type: 'mms',
  provider_message_id: 'message-2',
  attachments: ['attachment-url'],
};

/** What the SMS gateway must take and refuse. */
export const fixtures: Fixtures = {
  provider: smsGateway,
  vector: {
    secret: 'sms-secret-ä',
    at: 0,
    headers: { 'x-provider-signature': 'A751CC8AEA913F272AF875E7BF16DAE67257631E4DDC2C069DBB36D1DA02D70A' },
    body: JSON.stringify({ provider_reference: 'ref-1', status: 'DELIVERED' }),
  },
  accepted: [
    { title: 'the SMS sample', body: sms, parsed },
    { title: 'the MMS sample', body: mms, parsed: parsedMms },
    {
      title: 'an MMS without attachments',
      body: { ...mms, attachments: [] },
      parsed: { ...parsedMms, attachments: [] },
    },
    {
      title: 'an MMS that is only a picture',
      body: { ...mms, body: null },
      parsed: { ...parsedMms, body: null },
    },
    {
      title: 'numbers that need repair, and a sender with a name',
      body: { ...sms, from: ' MyBank ', to: '1 201 666 1234' },
      parsed: { ...parsed, from: 'MyBank' },
    },
    {
      title: 'a time with an offset',
      body: { ...sms, timestamp: '2024-11-01T16:00:00.5+02:00' },
      parsed: { ...parsed, timestamp: '2024-11-01T14:00:00.500Z' },
    },
    ...acceptedReceipts,
  ],
  refused: [
    {
      title: 'an empty object',
      body: {},
      pointers: ['#/messaging_provider_id', '#/from', '#/to', '#/type', '#/timestamp'],
    },
    { title: 'another type', body: { ...sms, type: 'email' }, pointers: ['#/type'] },
    {
      title: 'addresses that cannot take part',
      body: { ...sms, from: 'user@useapp.com', to: 'MyBank' },
      pointers: ['#/from', '#/to'],
    },
    { title: 'nothing but white space', body: { ...sms, body: ' \n' }, pointers: ['#/body'] },
    { title: '4,097 code points', body: { ...sms, body: 'x'.repeat(4_097) }, pointers: ['#/body'] },
    { title: 'an empty attachment', body: { ...mms, attachments: ['a', ''] }, pointers: ['#/attachments/1'] },
    {
      title: 'an instant beyond the year 9999',
      body: { ...sms, timestamp: '9999-12-31T23:00:00-02:00' },
      pointers: ['#/timestamp'],
    },
    ...refusedReceipts,
  ],
  lookups: listLookups,
};
