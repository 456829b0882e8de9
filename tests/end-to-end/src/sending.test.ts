import { describe, expect, test } from '@jest/globals';
import { aNumber, userOf } from './people.ts';
import { providerOf } from './provider.ts';
import { runningParley, untilListed } from './running-parley.ts';

const parley = runningParley();
const user = userOf(parley);
const provider = providerOf(parley);

describe('a message goes through the provider that fits its type', () => {
  test.each([
    [{ type: 'sms', from: 'MyCorp', to: '+4915000000001' }, 'sms'],
    [
      { type: 'mms', from: '+14155550100', to: '+4915000000002', attachments: ['https://a.example/b.png'] },
      'sms',
    ],
    [{ type: 'email', from: 'us@mycorp.example', to: 'fitting@b.example', subject: 'Hello' }, 'mail'],
  ])('%o', async (fields, connection) => {
    const { id } = await user.sends(fields);
    expect(await user.sees(id, 'delivered')).toMatchObject({ ...fields, provider: connection });
    expect(await provider.calls(fields.to)).toMatchObject({ calls: 1, accepted: 1, sent: 1 });
  });

  test.each([
    ['two phone numbers', { from: '+14155550100', to: '+4915000000003' }, 'sms'],
    ['a name and a number', { from: 'MyCorp', to: '+4915000000004' }, 'sms'],
    ['attachments', { from: '+14155550100', to: '+4915000000005', attachments: ['a.png'] }, 'mms'],
    ['two mailboxes', { from: 'us@mycorp.example', to: 'you@b.example' }, 'email'],
    ['two users', { from: 'bugs', to: 'duck' }, 'chat'],
  ])('which %s tell without being asked', async (_what, fields, type) => {
    expect(await user.sends(fields)).toMatchObject({ type });
  });
});

describe('a chat message between two users', () => {
  test('is sent without any provider, and delivered or read only when somebody says so', async () => {
    const { id } = await user.sends({ type: 'chat', from: 'bugs', to: 'duck', body: 'What’s up, duck?' });
    const sent = await user.sees(id, 'sent');
    expect(sent).toMatchObject({
      provider: null,
      delivered_at: null,
      read_at: null,
      sent_at: expect.any(String),
    });
    expect(sent.from_user_id).toEqual(expect.any(String));
    expect(sent.to_user_id).toEqual(expect.any(String));
    expect(sent.from_user_id).not.toBe(sent.to_user_id);
    expect(await provider.calls('duck')).toMatchObject({ calls: 0 });
  });

  test('is read when it is marked so, once', async () => {
    const { id } = await user.sends({ type: 'chat', from: 'bugs', to: 'porky' });
    await user.sees(id, 'sent');
    const first = await user.does('read', id);
    expect(first).toMatchObject({ status: 200, body: { status: 'read', read_at: expect.any(String) } });
    const again = await user.does('read', id);
    expect(again.body).toEqual(first.body);
  });

  test('needs no sender on any list', async () => {
    expect(await user.sends({ type: 'chat', from: 'porky', to: 'rdibari' })).toMatchObject({ from: 'porky' });
  });

  test.each([
    [{ from: 'bugs', to: 'nobody' }],
    [{ from: 'nobody', to: 'bugs' }],
    [{ from: 'bugs', to: ['duck', 'nobody'] }],
  ])('is refused when somebody is not there, and nothing is stored: %o', async (fields) => {
    const body = `for nobody ${JSON.stringify(fields)}`;
    const answer = await user.triesToSend({ type: 'chat', ...fields, body });
    expect(answer).toMatchObject({ status: 422, body: { code: 'unknown_user' } });
    expect((await user.lists('type=chat&to=duck,nobody,bugs')).filter((one) => one.body === body)).toEqual(
      [],
    );
  });
});

describe('what is said comes back unchanged', () => {
  test.each([
    ['emoji, apostrophes and three scripts', '🦆 don’t ✓ שלום مرحبا 你好'],
    ['line breaks and blanks', '  first\n\tsecond  '],
    ['a family of joined emoji', '👨‍👩‍👧‍👦'],
    ['quotes, backslashes and control characters', '"a" \\ \u0001 \u007f'],
  ])('%s', async (_what, body) => {
    const { id, to } = await user.sends({ body });
    expect(await user.sees(id, 'delivered')).toMatchObject({ body });
    const [message] = await untilListed(parley.client(), `to=${encodeURIComponent(to)}`, 1);
    expect(message).toMatchObject({ body });
  });

  test('HTML of an e-mail, whose subject and attachments are kept as sent and never fetched', async () => {
    const email = {
      from: 'us@mycorp.example',
      to: 'html@b.example',
      subject: 'Grüße',
      body: '<html><body>html is <b>allowed</b> here</body></html>',
      attachments: ['http://127.0.0.1:1/never-fetched', 'attachment-url'],
    };
    const { id } = await user.sends(email);
    expect(await user.sees(id, 'delivered')).toMatchObject({ ...email, type: 'email' });
  });

  test.each([[null], [[]]])('no attachments, said as %j, are an empty list', async (attachments) => {
    expect(await user.sends({ attachments })).toMatchObject({ attachments: [], type: 'sms' });
  });

  test('the message’s own time, or the time of accept', async () => {
    const timestamp = '2024-11-01T14:00:00.000Z';
    expect(await user.sends({ timestamp })).toMatchObject({ timestamp });
    const now = await user.sends();
    expect(now.timestamp).toBe(now.created_at);
  });
});

test('accepting waits for no provider', async () => {
  const to = aNumber();
  await provider.will(to, { delay_ms: 5_000 });
  const accepted = await user.sends({ to });
  expect(accepted).toMatchObject({ status: 'queued', provider: null });
  await user.sees(accepted.id, 'sending');
  await user.sees(accepted.id, 'delivered');
});
