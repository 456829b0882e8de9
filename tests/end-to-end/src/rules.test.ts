import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { adminOf, aNumber, expecting, sendingAccount, userOf } from './people.ts';
import { runningParley } from './running-parley.ts';

const parley = runningParley();
const user = userOf(parley);
const admin = adminOf(parley);

describe('who may be the sender', () => {
  test.each<[string, Record<string, unknown>]>([
    ['a name that is not on the list', { from: 'BadSender' }],
    ['a name that is written otherwise', { from: 'MYCORP' }],
  ])('not %s, and nothing is stored', async (_what, fields) => {
    const to = aNumber();
    const answer = await user.triesToSend({ ...fields, to });
    expect(answer).toMatchObject({ status: 400, body: { code: 'sender_not_allowed' } });
    expect(await user.lists(`to=${encodeURIComponent(to)}`)).toEqual([]);
  });

  test('whoever has just been added to the list, until being removed from it', async () => {
    const body = { kind: 'alphanumeric', address: 'NewSender' };
    const { body: added } = await expecting(201, admin.asks('/v1/senders', { body }));
    const { id } = z.object({ id: z.string() }).parse(added);
    expect(await user.sends({ from: 'NewSender' })).toMatchObject({ from: 'NewSender' });
    await expecting(204, admin.asks(`/v1/senders/${id}`, { method: 'DELETE' }));
    expect(await user.triesToSend({ from: 'NewSender' })).toMatchObject({
      status: 400,
      body: { code: 'sender_not_allowed' },
    });
  });

  test('any number and any mailbox in the demo account, which holds * for both', async () => {
    expect(await user.sends({ from: '+819012345678' })).toMatchObject({ from: '+819012345678' });
    expect(await user.sends({ from: 'any@one.example', to: 'a@b.example' })).toMatchObject({ type: 'email' });
  });
});

describe('the word STOP', () => {
  test.each(['STOP', 'Please stop sending', 'don’t (Stop)!', 'one\nSTOP\ntwo'])(
    'is refused in an SMS: %j',
    async (body) => {
      const to = aNumber();
      const answer = await user.triesToSend({ to, body });
      expect(answer).toMatchObject({ status: 400, body: { code: 'blocked_keyword' } });
      expect(await user.lists(`to=${encodeURIComponent(to)}`)).toEqual([]);
    },
  );

  test.each([
    ['an MMS', { attachments: ['a.png'], from: '+14155550100', body: 'stop' }, 400],
    ['a longer word', { body: 'Our bus stopped at the busstop, nonstop' }, 202],
    ['an e-mail', { from: 'us@mycorp.example', to: 'you@b.example', body: 'STOP' }, 202],
    ['a chat', { type: 'chat', from: 'bugs', to: 'duck', body: 'STOP' }, 202],
  ])('in %s: %o gives %d', async (_what, fields, status) => {
    expect(await user.triesToSend(fields)).toMatchObject({ status });
  });
});

test('the words that are not to be sent are the account’s own', async () => {
  const account = await sendingAccount(parley, 'other-words');
  const words = { method: 'PATCH', body: { blocked_words: ['lottery'] } };
  await expecting(200, admin.asks('/v1/accounts/other-words', words));
  const send = (body: string) => account.triesToSend({ from: '+14155550100', body });
  expect(await send('You won the LOTTERY!')).toMatchObject({
    status: 400,
    body: { code: 'blocked_keyword' },
  });
  expect(await send('Please stop by')).toMatchObject({ status: 202 });
  expect(await user.triesToSend({ body: 'You won the lottery' })).toMatchObject({ status: 202 });
});

describe('what an SMS takes', () => {
  test.each<[string, string, string, number]>([
    ['160 characters of the small alphabet', 'a'.repeat(160), 'GSM-7', 1],
    ['161 of them', 'a'.repeat(161), 'GSM-7', 2],
    ['307 of them', 'a'.repeat(307), 'GSM-7', 3],
    ['80 euro signs, which count double', '€'.repeat(80), 'GSM-7', 1],
    ['a euro sign that does not fit the end of a part', `${'a'.repeat(152)}€${'a'.repeat(152)}`, 'GSM-7', 3],
    ['70 characters of a large alphabet', 'я'.repeat(70), 'UCS-2', 1],
    ['71 of them', 'я'.repeat(71), 'UCS-2', 2],
    ['an emoji that does not fit the end of a part', `${'я'.repeat(66)}😀${'я'.repeat(66)}`, 'UCS-2', 3],
    ['one backtick among 159 letters', `${'a'.repeat(159)}\``, 'UCS-2', 3],
  ])('%s', async (_what, body, encoding, segments) => {
    const { id } = await user.sends({ body });
    expect(await user.message(id)).toMatchObject({ encoding, segments });
  });

  test('is told of texts only', async () => {
    const fields = { from: 'us@mycorp.example', to: 'you@b.example' };
    expect(await user.sends(fields)).toMatchObject({ encoding: null, segments: null });
  });
});
