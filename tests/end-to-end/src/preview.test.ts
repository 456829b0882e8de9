import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { adminOf, aNumber, aSender, expecting, userOf } from './people.ts';
import { runningParley } from './running-parley.ts';

const parley = runningParley();
const user = userOf(parley);
const admin = adminOf(parley);

const wait = z.object({ expected_wait_ms: z.number() });

/** What would become of a message. */
async function preview(fields: Record<string, unknown> = {}): Promise<unknown> {
  const body = { from: 'MyCorp', to: aNumber(), body: 'hello', ...fields };
  return (await expecting(200, user.asks('/v1/messages/preview', { body }))).body;
}

describe('a preview', () => {
  test('tells addresses, parts, verdicts and the way, and stores nothing', async () => {
    const to = '49 1511 7650001';
    expect(await preview({ to })).toEqual({
      type: 'sms',
      from: 'MyCorp',
      to: ['+4915117650001'],
      encoding: 'GSM-7',
      segments: 1,
      ucs2_characters: [],
      sender_allowed: true,
      blocked_word: null,
      consent: [{ to: '+4915117650001', state: null }],
      unknown_users: [],
      not_friends: [],
      connection: 'sms',
      connection_reason: expect.any(String),
      expected_wait_ms: 0,
    });
    expect(await user.lists('to=%2B4915117650001')).toEqual([]);
  });

  test('names the characters that make an SMS a large one', async () => {
    expect(await preview({ body: 'don’t `quote` don’t' })).toMatchObject({
      encoding: 'UCS-2',
      ucs2_characters: ['’', '`'],
    });
  });

  test('tells what would be refused, instead of refusing it', async () => {
    const out = aNumber();
    await expecting(201, admin.asks('/v1/consent', { body: { address: out, state: 'opted_out' } }));
    expect(await preview({ from: 'BadSender' })).toMatchObject({ sender_allowed: false });
    expect(await preview({ body: 'please stop' })).toMatchObject({ blocked_word: 'stop' });
    expect(await preview({ to: [out, aNumber()] })).toMatchObject({
      consent: [{ to: out, state: 'opted_out' }, { state: null }],
    });
    expect(await preview({ type: 'chat', from: 'bugs', to: 'nobody' })).toMatchObject({
      unknown_users: ['nobody'],
    });
  });

  test.each([
    ['an e-mail', { from: 'us@mycorp.example', to: 'you@b.example' }, { type: 'email', connection: 'mail' }],
    ['chat', { from: 'bugs', to: 'duck' }, { type: 'chat', connection: null }],
    ['an MMS', { from: '+14155550100', attachments: ['a.png'] }, { type: 'mms', connection: 'sms' }],
  ])('knows the way of %s', async (_what, fields, expected) => {
    expect(await preview(fields)).toMatchObject(expected);
  });

  test('tells how long it would wait behind others', async () => {
    const from = aSender();
    await expecting(
      200,
      admin.asks('/v1/connections/sms', { method: 'PATCH', body: { rate_per_second: 1 } }),
    );
    const messages = Array.from({ length: 100 }, () => ({ from, to: aNumber(), body: 'hello' }));
    await expecting(200, user.asks('/v1/messages/batch', { body: { messages } }));
    const { expected_wait_ms } = wait.parse(await preview({ from }));
    expect(expected_wait_ms).toBeGreaterThan(20_000);
    expect(expected_wait_ms).toBeLessThanOrEqual(101_000);
    expect(await preview({ from: aSender() })).toMatchObject({ expected_wait_ms: 0 });
  });

  test('refuses what is no message', async () => {
    const answer = await user.asks('/v1/messages/preview', { body: { from: 'MyCorp', to: 'x', body: '' } });
    expect(answer).toMatchObject({ status: 422, body: { code: 'validation_failed' } });
  });
});
