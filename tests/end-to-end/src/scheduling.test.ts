import { describe, expect, test } from '@jest/globals';
import { until } from '@parley/testkit';
import { aNumber, expecting, sendingAccount, userOf } from './people.ts';
import { providerOf } from './provider.ts';
import { runningParley, untilListed } from './running-parley.ts';
import { timeOf } from './time.ts';

const parley = runningParley();
const user = userOf(parley);
const provider = providerOf(parley);
const time = timeOf(parley);

const HOUR_MS = 3_600_000;
const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();

describe('a message with a time to be sent at', () => {
  test('is scheduled until then, and not sent before', async () => {
    const to = aNumber();
    const send_at = inMs(HOUR_MS);
    const message = await user.sends({ to, send_at });
    expect(message).toMatchObject({ status: 'scheduled', send_at, sent_at: null });
    await untilListed(parley.client(), `to=${encodeURIComponent(to)}&status=scheduled`, 1);
    const after = await user.sends();
    await user.sees(after.id, 'delivered');
    expect(await provider.calls(to)).toMatchObject({ calls: 0 });
    await time.whenAllIsDue();
    await user.sees(message.id, 'delivered');
    expect(await provider.calls(to)).toMatchObject({ calls: 1, sent: 1 });
  });

  test('that is past already is sent at once', async () => {
    const { id, status } = await user.sends({ send_at: '2024-11-01T14:00:00Z' });
    expect(status).toBe('queued');
    await user.sees(id, 'delivered');
  });

  test('may wait as long after it as it is valid', async () => {
    const message = await user.sends({ send_at: inMs(HOUR_MS), valid_for: 60 });
    const { send_at, expires_at } = message;
    expect(Date.parse(expires_at ?? '') - Date.parse(send_at ?? '')).toBe(60_000);
    await expecting(200, user.does('cancel', message.id));
  });

  test('may be chat', async () => {
    const { id } = await user.sends({ type: 'chat', from: 'bugs', to: 'duck', send_at: inMs(500) });
    expect(await user.sees(id, 'sent')).toMatchObject({ type: 'chat' });
  });

  test.each([
    ['more than 35 days ahead', { send_at: inMs(36 * 24 * HOUR_MS) }, '#/send_at'],
    ['no time', { send_at: 'tomorrow' }, '#/send_at'],
    ['no number of seconds', { valid_for: 'long' }, '#/valid_for'],
    ['no time at all to be sent in', { valid_for: 0 }, '#/valid_for'],
  ])('is refused with %s', async (_what, fields, pointer) => {
    const answer = await user.triesToSend(fields);
    expect(answer).toMatchObject({
      status: 422,
      body: { errors: [{ pointer, detail: expect.any(String) }] },
    });
  });
});

describe('canceling', () => {
  test('a scheduled message ends it, and a second time is as the first', async () => {
    const to = aNumber();
    const { id } = await user.sends({ to, send_at: inMs(HOUR_MS) });
    const first = await user.does('cancel', id);
    expect(first).toMatchObject({ status: 200, body: { id, status: 'canceled' } });
    expect(await user.does('cancel', id)).toMatchObject({ status: 200, body: { status: 'canceled' } });
    await untilListed(parley.client(), `to=${encodeURIComponent(to)}&status=canceled`, 1);
    // One that is sent later shows that the time of this one is over.
    const later = await user.sends({ send_at: inMs(2 * HOUR_MS) });
    await time.whenAllIsDue();
    await user.sees(later.id, 'delivered');
    expect(await provider.calls(to)).toMatchObject({ calls: 0 });
    expect(await user.message(id)).toMatchObject({ status: 'canceled' });
  });

  test('a message that waits for its next attempt ends it', async () => {
    const to = aNumber();
    await provider.will(to, { status: 429, retry_after: 3_600 });
    const { id } = await user.sends({ to, from: '+14155558001' });
    await provider.untilCalled(to, 1);
    await user.sees(id, 'queued');
    expect(await user.does('cancel', id)).toMatchObject({ status: 200, body: { status: 'canceled' } });
  });

  test('a message that was sent is not possible any more', async () => {
    const { id } = await user.sends();
    await user.sees(id, 'delivered');
    expect(await user.does('cancel', id)).toMatchObject({ status: 409, body: { code: 'not_cancelable' } });
    expect(await user.message(id)).toMatchObject({ status: 'delivered' });
  });

  test('a message of nobody finds nothing', async () => {
    const nobody = 'msg_019a0000-0000-7000-8000-000000000000';
    expect(await user.does('cancel', nobody)).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(await user.does('cancel', 'what')).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  test('messages while they become due leaves each of them either canceled or sent', async () => {
    const begun = Date.now();
    const due = (index: number): string => new Date(begun + 1_500 + index * 5).toISOString();
    const sent = await Promise.all(
      Array.from({ length: 60 }, (_, index) => user.sends({ send_at: due(index) })),
    );
    await until(() => Date.now() >= Date.parse(due(30)), { what: 'half of them are due' });
    const canceled = await Promise.all(sent.map(({ id }) => user.does('cancel', id)));
    for (const [index, { id, to }] of sent.entries()) {
      const wasCanceled = canceled[index]?.status === 200;
      expect(canceled[index]).toMatchObject({ status: wasCanceled ? 200 : 409 });
      await user.sees(id, wasCanceled ? 'canceled' : 'delivered');
      expect(await provider.calls(to)).toMatchObject({ calls: wasCanceled ? 0 : 1 });
    }
  });
});

describe('a message whose time is over', () => {
  test('before it could be sent has expired, and says why it waited', async () => {
    const to = aNumber();
    await provider.will(to, { status: 429, retry_after: 3_600 });
    const { id } = await user.sends({ to, from: '+14155558002' });
    await user.sees(id, 'queued', 'throttled');
    await time.afterTheEndOf({ id });
    const expired = await user.sees(id, 'expired');
    expect(expired.status_reason).toEqual(expect.any(String));
    expect(await user.does('cancel', id)).toMatchObject({ status: 409 });
  });

  test('without any connection waited for one, and is called expired', async () => {
    const stranger = await sendingAccount(parley, 'bare');
    const { id } = await stranger.sends({ from: '+14155558003' });
    await stranger.sees(id, 'queued', 'no_connection');
    await time.afterTheEndOf({ id });
    expect(await stranger.sees(id, 'expired', 'no_connection')).toMatchObject({ sent_at: null });
  });
});
