import { listLookups } from '../conformance/lookup-fixtures.ts';
import { acceptedReceipts, refusedReceipts } from '../conformance/receipt-fixtures.ts';
import type { Fixtures } from '../conformance/fixtures.ts';
import type { IncomingMessage } from '../provider.ts';
import { mailGateway } from './index.ts';

const sample = {
  from: '[user@useapp.com](mailto:user@useapp.com)',
  to: '[contact@gmail.com](mailto:contact@gmail.com)',
  xillio_id: 'message-2',
  body: '<html><body>html is <b>allowed</b> here </body></html>',
  attachments: ['attachment-url'],
  timestamp: '2024-11-01T14:00:00Z',
};

const parsed: IncomingMessage = {
  kind: 'message',
  provider_message_id: 'message-2',
  type: 'email',
  from: 'user@useapp.com',
  to: 'contact@gmail.com',
  subject: null,
  body: '<html><body>html is <b>allowed</b> here </body></html>',
  attachments: ['attachment-url'],
  timestamp: '2024-11-01T14:00:00.000Z',
};

/** What the mail gateway must take and refuse. The vector is that of the Standard Webhooks specification. */
export const fixtures: Fixtures = {
  provider: mailGateway,
  vector: {
    secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    at: 1_614_265_330_000,
    headers: {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    },
    body: '{"test": 2432232314}',
  },
  accepted: [
    { title: 'the sample', body: sample, parsed },
    {
      title: 'a subject and plain addresses in capitals',
      body: { ...sample, from: 'User@UseApp.com', subject: 'Hi ✉' },
      parsed: { ...parsed, subject: 'Hi ✉' },
    },
    {
      title: 'an e-mail that is only an attachment',
      body: { ...sample, body: '' },
      parsed: { ...parsed, body: '' },
    },
    ...acceptedReceipts,
  ],
  refused: [
    {
      title: 'an empty object',
      body: {},
      pointers: ['#/xillio_id', '#/from', '#/to', '#/timestamp'],
    },
    {
      title: 'phone numbers',
      body: { ...sample, from: '+18045551234', to: '+12016661234' },
      pointers: ['#/from', '#/to'],
    },
    {
      title: 'neither a body nor an attachment',
      body: { ...sample, body: null, attachments: [] },
      pointers: ['#/body'],
    },
    {
      title: 'more than 200 kB',
      body: { ...sample, body: 'ä'.repeat(100_001) },
      pointers: ['#/body'],
    },
    ...refusedReceipts,
  ],
  lookups: listLookups,
};
