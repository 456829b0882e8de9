import { describe, expect, test } from '@jest/globals';
import { adminOf, aNumber, aSender, expecting, sendingAccount, userOf } from './people.ts';
import { providerOf } from './provider.ts';
import { runningParley } from './running-parley.ts';
import { timeOf } from './time.ts';

const parley = runningParley();
const user = userOf(parley);
const admin = adminOf(parley);
const provider = providerOf(parley);
const time = timeOf(parley);

const says = (address: string, state: string, more: object = {}) =>
  admin.asks('/v1/consent', { body: { address, state, ...more } });
const optsOut = (address: string) => expecting(201, says(address, 'opted_out'));
const optedOut = { status: 400, body: { code: 'recipient_opted_out' } };

describe('somebody who has opted out of texts', () => {
  test.each([
    ['an SMS', {}],
    ['an MMS', { from: '+14155550100', attachments: ['a.png'] }],
  ])('is not sent %s from that moment on, and nothing is stored', async (_what, fields) => {
    const to = aNumber();
    await optsOut(to);
    expect(await user.triesToSend({ to, ...fields })).toMatchObject(optedOut);
    expect(await user.lists(`to=${encodeURIComponent(to)}`)).toEqual([]);
  });

  test('keeps others of the same list from being written to', async () => {
    const [to, other] = [aNumber(), aNumber()];
    await optsOut(to);
    expect(await user.triesToSend({ to: [other, to] })).toMatchObject(optedOut);
    expect(await user.lists(`to=${encodeURIComponent(other)}`)).toEqual([]);
  });

  test('is written to again after opting in', async () => {
    const to = aNumber();
    await optsOut(to);
    await expecting(201, says(to, 'opted_in'));
    const { id } = await user.sends({ to });
    await user.sees(id, 'delivered');
    await optsOut(to);
    expect(await user.triesToSend({ to })).toMatchObject(optedOut);
  });

  test('is not sent what was scheduled before', async () => {
    const to = aNumber();
    const { id } = await user.sends({ to, send_at: new Date(Date.now() + 3_600_000).toISOString() });
    await optsOut(to);
    await time.whenAllIsDue();
    expect(await user.sees(id, 'failed')).toMatchObject({ status_reason: 'recipient_opted_out' });
    expect(await provider.calls(to)).toMatchObject({ calls: 0 });
  });

  test('is not sent what waited for its next attempt', async () => {
    const to = aNumber();
    await provider.will(to, { status: 429, retry_after: 3_600 });
    const { id } = await user.sends({ to, from: aSender() });
    await user.sees(id, 'queued', 'throttled');
    await optsOut(to);
    await time.afterThePauses();
    expect(await user.sees(id, 'failed')).toMatchObject({ status_reason: 'recipient_opted_out' });
    expect(await provider.calls(to)).toMatchObject({ calls: 1, sent: 0 });
  });

  test('is still written to by another account', async () => {
    const to = aNumber();
    await optsOut(to);
    const stranger = await sendingAccount(parley, 'unconcerned');
    expect(await stranger.sends({ from: aSender(), to })).toMatchObject({ status: 'queued' });
  });
});

test('mailboxes have a consent of their own, whatever the case of their letters', async () => {
  const mail = { from: 'us@mycorp.example', to: 'out@b.example' };
  expect(await user.sends(mail)).toMatchObject({ type: 'email' });
  await optsOut('Out@B.Example');
  expect(await user.triesToSend(mail)).toMatchObject(optedOut);
  expect(await user.triesToSend({ ...mail, to: 'OUT@b.example' })).toMatchObject(optedOut);
});

describe('the ledger of consents', () => {
  test('keeps every line with its evidence, the newest first', async () => {
    const address = aNumber();
    await expecting(201, says(address, 'opted_out', { evidence: 'Called us on Monday.' }));
    await expecting(201, says(address.slice(1), 'opted_in', { evidence: 'Wrote to us.' }));
    const answer = await expecting(200, user.asks(`/v1/consent/${encodeURIComponent(address)}`));
    expect(answer.body).toMatchObject({
      address,
      type_class: 'sms',
      state: 'opted_in',
      data: [
        { state: 'opted_in', source: 'api', evidence: 'Wrote to us.' },
        { state: 'opted_out', source: 'api', evidence: 'Called us on Monday.' },
      ],
    });
  });

  test('has no line of somebody who has said nothing', async () => {
    const answer = await expecting(200, user.asks(`/v1/consent/${encodeURIComponent(aNumber())}`));
    expect(answer.body).toMatchObject({ state: null, data: [] });
  });

  test.each<[string, object, string]>([
    ['no address', { address: 'somebody', state: 'opted_out' }, '#/address'],
    ['no state', { address: '+4915112345678', state: 'maybe' }, '#/state'],
    [
      'the wrong class',
      { address: '+4915112345678', state: 'opted_out', type_class: 'email' },
      '#/type_class',
    ],
  ])('takes no line with %s', async (_what, body, pointer) => {
    const answer = await admin.asks('/v1/consent', { body });
    expect(answer).toMatchObject({
      status: 422,
      body: { errors: [{ pointer, detail: expect.any(String) }] },
    });
  });
});
