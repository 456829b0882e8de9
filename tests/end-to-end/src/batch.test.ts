import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { aNumber, expecting, userOf, type User } from './people.ts';
import { runningParley, untilListed } from './running-parley.ts';

const parley = runningParley();
const user = userOf(parley);

const accepted = z.object({
  data: z.array(
    z.object({ status: z.literal(202), message: z.looseObject({ id: z.string(), to: z.string() }) }),
  ),
});

const item = (fields: Record<string, unknown> = {}) => ({
  from: 'MyCorp',
  to: aNumber(),
  body: 'hello',
  ...fields,
});
const sendBatch = (messages: unknown[], options: Parameters<User['asks']>[1] = {}) =>
  user.asks('/v1/messages/batch', { body: { messages }, ...options });

describe('a batch', () => {
  test('of 500 messages is answered in its order, and all of them are delivered', async () => {
    const from = '+14155557000';
    const messages = Array.from({ length: 500 }, () => item({ from }));
    const { data } = accepted.parse((await expecting(200, sendBatch(messages))).body);
    expect(data.map(({ message }) => message.to)).toEqual(messages.map(({ to }) => to));
    expect(new Set(data.map(({ message }) => message.id)).size).toBe(500);
    await untilListed(parley.client(), `from=${encodeURIComponent(from)}&status=delivered&limit=200`, 200);
    for (const { message } of data.slice(-3)) await user.sees(message.id, 'delivered');
  });

  test('refuses only what is bad, each with the problem that it would have met alone', async () => {
    const good = [item(), item({ from: 'us@mycorp.example', to: 'you@b.example' })];
    const messages = [
      good[0],
      item({ from: 'BadSender' }),
      item({ body: 'STOP' }),
      item({ to: 'nobody', type: 'chat', from: 'bugs' }),
      item({ to: '12' + '3'.repeat(20) }),
      'no message at all',
      good[1],
    ];
    const { body } = await expecting(200, sendBatch(messages));
    expect(body).toMatchObject({
      data: [
        { status: 202, message: { to: good[0]?.to } },
        { status: 400, error: { status: 400, code: 'sender_not_allowed' } },
        { status: 400, error: { status: 400, code: 'blocked_keyword' } },
        { status: 422, error: { status: 422, code: 'unknown_user' } },
        { status: 422, error: { code: 'validation_failed', errors: [{ pointer: '#/messages/4/to' }] } },
        { status: 422, error: { code: 'validation_failed', errors: [{ pointer: '#/messages/5' }] } },
        { status: 202, message: { to: 'you@b.example', type: 'email' } },
      ],
    });
  });

  test('may hold messages to several recipients', async () => {
    const to = [aNumber(), aNumber()];
    const { body } = await expecting(200, sendBatch([item({ to }), item()]));
    expect(body).toMatchObject({
      data: [
        { status: 202, messages: [{ to: to[0] }, { to: to[1] }], conversation_id: expect.any(String) },
        { status: 202, message: { status: 'queued' } },
      ],
    });
  });

  test('whose items have keys is the same batch when it is sent again', async () => {
    const messages = [item({ idempotency_key: 'batch-1' }), item({ idempotency_key: 'send_msg:batch-2' })];
    const first = accepted.parse((await expecting(200, sendBatch(messages))).body);
    const second = await expecting(200, sendBatch(messages));
    expect(second.body).toMatchObject({
      data: first.data.map(({ message }) => ({ status: 202, replayed: true, message: { id: message.id } })),
    });
    expect(first.data[1]?.message).toMatchObject({ client_reference: 'batch-2' });
  });

  test('with one key twice accepts once, and refuses what differs', async () => {
    const same = item({ idempotency_key: 'batch-3' });
    const { body } = await expecting(200, sendBatch([same, same, { ...same, body: 'other' }]));
    expect(body).toMatchObject({
      data: [
        { status: 202 },
        { status: 202, replayed: true },
        { status: 422, error: { code: 'idempotency_key_reused' } },
      ],
    });
    const { data } = z.object({ data: z.array(z.looseObject({})) }).parse(body);
    expect(data[1]?.['message']).toEqual(data[0]?.['message']);
  });
});

describe('as a whole a batch is refused', () => {
  test.each<[string, () => unknown, number, string]>([
    ['with more than 500 messages', () => ({ messages: Array(501).fill(item()) }), 422, 'validation_failed'],
    [
      'with more than 500 recipients in lists',
      () => ({
        messages: Array.from({ length: 11 }, () => item({ to: Array.from({ length: 50 }, aNumber) })),
      }),
      422,
      'validation_failed',
    ],
    ['without messages', () => ({ messages: [] }), 422, 'validation_failed'],
    ['that is a list and no object', () => [item()], 422, 'validation_failed'],
    [
      'of more than 1 MB',
      () => ({ messages: [item({ body: 'x'.repeat(1_100_000) })] }),
      413,
      'body_too_large',
    ],
    ['that is no JSON', () => '{"messages":', 400, 'invalid_json'],
  ])('%s', async (_what, body, status, code) => {
    const answer = await user.asks('/v1/messages/batch', { body: body() });
    expect(answer).toMatchObject({ status, body: { status, code } });
  });

  test('with a key that could not say whose it is', async () => {
    const answer = await sendBatch([item()], { headers: { 'idempotency-key': 'whose' } });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_idempotency_key' } });
  });
});
