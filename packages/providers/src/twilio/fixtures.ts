import { AT, type Fixtures } from '../conformance/fixtures.ts';
import type { IncomingMessage, IncomingReceipt } from '../provider.ts';
import { twilio } from './index.ts';

const SID = 'SM1234567890abcdef1234567890abcdef';

/** What Twilio posts for an SMS, as far as anything depends on it, and some of the rest. */
const sms = {
  ToCountry: 'US',
  SmsMessageSid: SID,
  NumMedia: '0',
  FromCity: 'NEW YORK',
  SmsSid: SID,
  SmsStatus: 'received',
  Body: 'Hello 👋 & good + bye',
  To: '+15005550006',
  NumSegments: '1',
  MessageSid: SID,
  AccountSid: 'AC1234567890abcdef1234567890abcdef',
  From: '+14158675309',
  ApiVersion: '2010-04-01',
};
const { Body: _, ...bodiless } = sms;
const { NumMedia: __, ...uncounted } = sms;
const mms = {
  ...sms,
  MessageSid: 'MM1234567890abcdef1234567890abcdef',
  NumMedia: '2',
  MediaContentType0: 'image/jpeg',
  MediaUrl0: 'https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1',
  MediaContentType1: 'image/png',
  MediaUrl1: 'https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME2',
};
const callback = (MessageStatus: string, more: Record<string, string> = {}) => ({
  SmsSid: SID,
  SmsStatus: MessageStatus,
  MessageStatus,
  To: '+14158675309',
  MessageSid: SID,
  AccountSid: 'AC1234567890abcdef1234567890abcdef',
  From: '+15005550006',
  ApiVersion: '2010-04-01',
  ...more,
});

const parsed: IncomingMessage = {
  kind: 'message',
  provider_message_id: SID,
  type: 'sms',
  from: '+14158675309',
  to: '+15005550006',
  subject: null,
  body: 'Hello 👋 & good + bye',
  attachments: [],
  timestamp: AT,
};
const parsedMms: IncomingMessage = {
  ...parsed,
  type: 'mms',
  provider_message_id: mms.MessageSid,
  attachments: [mms.MediaUrl0, mms.MediaUrl1],
};
const delivered: IncomingReceipt = {
  kind: 'receipt',
  event_id: `delivered/${SID}`,
  provider_message_id: SID,
  status: 'delivered',
  error_code: null,
  occurred_at: null,
  client_reference: null,
};

/** What Twilio's webhooks are taken for. The vector is that of its documentation. */
export const fixtures: Fixtures = {
  provider: twilio,
  lookups: null,
  vector: {
    secret: '12345',
    at: 0,
    url: 'https://mycompany.com/myapp.php?foo=1&bar=2',
    headers: { 'x-twilio-signature': 'RSOYDt4T1cUTdK1PDd93/VVr8B8=' },
    body: 'CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212',
  },
  accepted: [
    { title: 'an SMS', body: sms, parsed },
    { title: 'an SMS without a count of media', body: uncounted, parsed },
    { title: 'an MMS', body: mms, parsed: parsedMms },
    {
      title: 'an MMS that is only pictures',
      body: { ...mms, Body: '' },
      parsed: { ...parsedMms, body: null },
    },
    {
      title: 'an SMS of a short code',
      body: { ...sms, From: '55555' },
      parsed: { ...parsed, from: '+55555' },
    },
    { title: 'a delivery', body: callback('delivered'), parsed: delivered },
    {
      title: 'that it was read',
      body: callback('read'),
      parsed: { ...delivered, event_id: `read/${SID}`, status: 'read' },
    },
    {
      title: 'that it could not be delivered',
      body: callback('undelivered', { ErrorCode: '30003' }),
      parsed: {
        ...delivered,
        event_id: `undelivered/${SID}`,
        status: 'undelivered',
        error_code: '30003',
      },
    },
    {
      title: 'that it failed without a reason',
      body: callback('failed', { ErrorCode: '' }),
      parsed: { ...delivered, event_id: `undelivered/${SID}`, status: 'undelivered' },
    },
    ...['accepted', 'queued', 'sending', 'sent', 'canceled'].map((status) => ({
      title: `and ignores the status ${status}`,
      body: callback(status),
      parsed: { kind: 'ignored' as const },
    })),
  ],
  refused: [
    { title: 'an empty form', body: {}, pointers: ['#/MessageSid', '#/From', '#/To'] },
    { title: 'an SMS that says nothing', body: bodiless, pointers: ['#/Body'] },
    { title: 'nothing but white space', body: { ...sms, Body: ' \n' }, pointers: ['#/Body'] },
    { title: '4,097 code points', body: { ...sms, Body: 'x'.repeat(4_097) }, pointers: ['#/Body'] },
    {
      title: 'addresses of other channels',
      body: { ...sms, From: 'whatsapp:+14158675309', To: 'messenger:1' },
      pointers: ['#/From', '#/To'],
    },
    {
      title: 'an id with something of the next field',
      body: { ...sms, MessageSid: `${SID}NumMedia0` },
      pointers: ['#/MessageSid'],
    },
    { title: 'a count that is none', body: { ...sms, NumMedia: 'many' }, pointers: ['#/NumMedia'] },
    {
      title: 'media that are missing or empty',
      body: { ...mms, NumMedia: '3', MediaUrl1: '' },
      pointers: ['#/MediaUrl1', '#/MediaUrl2'],
    },
    {
      title: 'a status of its own and no id',
      body: { MessageStatus: 'DELIVERED' },
      pointers: ['#/MessageSid', '#/MessageStatus'],
    },
  ],
};
