import { createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { request } from 'undici';
import { adminOf, expecting, userOf } from './people.ts';
import { runningParley, untilListed } from './running-parley.ts';

const parley = runningParley();
const user = userOf(parley);
const admin = adminOf(parley);

const TOKEN = '0123456789abcdef0123456789abcdef';
const SID = 'SM0123456789abcdef0123456789abcdef';
const sms = { MessageSid: SID, From: '+14158675309', To: '+15005550006', Body: 'Grüße 👋', NumMedia: '0' };

/** Posts a form as Twilio does, signed for the URL that it was given. */
async function post(fields: Record<string, string>, token = TOKEN, contentType?: string) {
  const url = `${parley.endpoint().baseUrl}/webhooks/my-twilio?from=twilio`;
  const signed = Object.entries(fields)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flat();
  const signature = createHmac('sha1', token)
    .update([url, ...signed].join(''))
    .digest('base64');
  const { statusCode, headers, body } = await request(url, {
    method: 'POST',
    headers: {
      'content-type': contentType ?? 'application/x-www-form-urlencoded; charset=UTF-8',
      'x-twilio-signature': signature,
    },
    body: new URLSearchParams(fields).toString(),
  });
  return { status: statusCode, type: headers['content-type'], text: await body.text() };
}

test('a connection of Twilio takes messages that Twilio signed, each once, and answers in its language', async () => {
  const connection = { id: 'my-twilio', provider: 'twilio', secret: TOKEN };
  await expecting(201, admin.asks('/v1/connections', { body: connection }));
  const taken = {
    status: 200,
    type: 'text/xml; charset=utf-8',
    text: expect.stringContaining('<Response/>'),
  };
  expect(await post(sms)).toEqual(taken);
  expect(await post({ ...sms, Body: 'again' })).toEqual(taken);
  const media = { NumMedia: '1', MediaUrl0: 'https://api.twilio.com/cat', Body: '' };
  expect(await post({ ...sms, ...media, MessageSid: SID.replace('SM', 'MM') })).toEqual(taken);
  const found = await untilListed(parley.client(), 'from=14158675309', 2);
  expect(found).toContainEqual(
    expect.objectContaining({
      type: 'sms',
      body: 'Grüße 👋',
      provider: 'my-twilio',
      provider_message_id: SID,
      direction: 'inbound',
    }),
  );
  expect(found).toContainEqual(
    expect.objectContaining({ type: 'mms', body: null, attachments: ['https://api.twilio.com/cat'] }),
  );
});

test('it keeps nothing of what says nothing, and refuses what is forged, broken or no form', async () => {
  expect((await post({ MessageSid: SID, MessageStatus: 'sending' })).status).toBe(200);
  expect((await post({ MessageSid: SID, MessageStatus: 'delivered' })).status).toBe(200);
  expect((await post({ MessageSid: SID, MessageStatus: 'read' })).status).toBe(200);
  expect((await post({ ...sms, MessageSid: 'SMff' }, 'guessed')).status).toBe(401);
  expect(await post({ ...sms, MessageSid: 'SMff', From: 'whatsapp:+14158675309' })).toMatchObject({
    status: 422,
    text: expect.stringContaining('#/From'),
  });
  expect((await post({ ...sms, MessageSid: 'SMff' }, TOKEN, 'application/json')).status).toBe(415);
  expect(await user.lists('from=14158675309')).toHaveLength(2);
});
