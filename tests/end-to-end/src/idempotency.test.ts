import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { messageIn } from './parley-client.ts';
import { adminOf, aNumber, expecting, sendingAccount, userOf } from './people.ts';
import { providerOf } from './provider.ts';
import { runningParley } from './running-parley.ts';
import { timeOf } from './time.ts';

const parley = runningParley();
const user = userOf(parley);
const admin = adminOf(parley);
const provider = providerOf(parley);
const time = timeOf(parley);

/** A key that nobody has used. */
function aKey(): string {
  return `key-${randomUUID()}`;
}

const withKey = (key: string) => ({ headers: { 'idempotency-key': key } });

describe('the same request with the same key', () => {
  test('is one message, also when twenty come at once', async () => {
    const to = aNumber();
    const key = aKey();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => user.triesToSend({ to }, withKey(key))),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(202));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(answers.filter(({ headers }) => headers['idempotency-replayed'] === 'true')).toHaveLength(19);
    const { id } = z.object({ id: z.string() }).parse(answers[0]?.body);
    await user.sees(id, 'delivered');
    expect(await provider.calls(to)).toMatchObject({ calls: 1, sent: 1 });
  });

  test('gets the answer of then, whatever has become of the message since', async () => {
    const request = { to: aNumber() };
    const key = aKey();
    const first = await expecting(202, user.triesToSend(request, withKey(key)));
    const { id } = z.object({ id: z.string() }).parse(first.body);
    await user.sees(id, 'delivered');
    const second = await user.triesToSend(request, withKey(key));
    expect(second).toMatchObject({ status: 202, body: { status: 'queued' } });
    expect(second.body).toEqual(first.body);
  });

  test('is the same however the key is quoted and the JSON is written', async () => {
    const key = aKey();
    const to = aNumber();
    const written = (text: string, quoted: string) =>
      user.asks('/v1/messages', { body: text, ...withKey(quoted) });
    const headers = { 'content-type': 'application/json', 'idempotency-key': key };
    const first = await user.asks('/v1/messages', {
      body: `{"from":"MyCorp","to":"${to}","body":"hello"}`,
      headers,
    });
    const second = await written(`{ "to": "${to}", "body": "h\\u0065llo",\n "from": "MyCorp" }`, `"${key}"`);
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(second.body).toEqual(first.body);
    expect(second.headers['idempotency-replayed']).toBe('true');
  });

  test('is answered before any other rule is looked at', async () => {
    const { body } = await admin.asks('/v1/senders', { body: { kind: 'alphanumeric', address: 'Passing' } });
    const sender = z.object({ id: z.string() }).parse(body);
    const request = { from: 'Passing', to: aNumber() };
    const key = aKey();
    const first = await expecting(202, user.triesToSend(request, withKey(key)));
    await expecting(204, admin.asks(`/v1/senders/${sender.id}`, { method: 'DELETE' }));
    expect(await user.triesToSend(request)).toMatchObject({ status: 400 });
    expect((await expecting(202, user.triesToSend(request, withKey(key)))).body).toEqual(first.body);
  });
});

describe('another request with the same key', () => {
  test.each<[string, Record<string, unknown>]>([
    ['another text', { body: 'other' }],
    ['another recipient', { to: '+4915299999999' }],
    ['one field more', { priority: 'normal' }],
    ['a list of the same one', { to: ['+4915200000001'] }],
  ])('is refused: %s', async (_what, change) => {
    const key = aKey();
    const request = { to: '+4915200000001' };
    await expecting(202, user.triesToSend(request, withKey(key)));
    expect(await user.triesToSend({ ...request, ...change }, withKey(key))).toMatchObject({
      status: 422,
      body: { code: 'idempotency_key_reused' },
    });
  });

  test('is what the same message in a batch is', async () => {
    const key = aKey();
    const message = { from: 'MyCorp', to: aNumber(), body: 'hello' };
    await expecting(202, user.triesToSend(message, withKey(key)));
    const body = { messages: [{ ...message, idempotency_key: key }] };
    expect((await expecting(200, user.asks('/v1/messages/batch', { body }))).body).toMatchObject({
      data: [{ status: 422, error: { code: 'idempotency_key_reused' } }],
    });
  });

  test('is no other request when it comes from another account', async () => {
    const stranger = await sendingAccount(parley, 'keys');
    const key = aKey();
    const request = { from: '+14155550100', to: aNumber() };
    await expecting(202, user.triesToSend(request, withKey(key)));
    const answer = await stranger.triesToSend({ ...request, body: 'other' }, withKey(key));
    expect(answer).toMatchObject({ status: 202, body: { account_id: 'keys' } });
  });
});

describe('a key', () => {
  test.each([
    ['that is empty', ''],
    ['of 256 characters', 'k'.repeat(256)],
    ['with a letter that is no ASCII', 'schl\u00fcssel'],
  ])('%s is refused', async (_what, key) => {
    expect(await user.triesToSend({}, withKey(key))).toMatchObject({
      status: 400,
      body: { code: 'invalid_idempotency_key' },
    });
  });

  test('of 255 characters is taken', async () => {
    expect(await user.triesToSend({}, withKey('k'.repeat(255)))).toMatchObject({ status: 202 });
  });

  test('is free again when it is old, and its message stays', async () => {
    const key = aKey();
    const request = { to: aNumber() };
    const first = messageIn(await expecting(202, user.triesToSend(request, withKey(key))));
    await time.afterTheKeys();
    const second = await expecting(202, user.triesToSend({ ...request, body: 'Another day' }, withKey(key)));
    expect(second.headers['idempotency-replayed']).toBeUndefined();
    expect(messageIn(second).id).not.toBe(first.id);
    expect(await user.message(first.id)).toMatchObject({ body: 'hello' });
  });

  test('stays free when its request is refused', async () => {
    const key = aKey();
    await expecting(400, user.triesToSend({ from: 'BadSender' }, withKey(key)));
    await expecting(422, user.triesToSend({ body: '' }, withKey(key)));
    const answer = await expecting(202, user.triesToSend({}, withKey(key)));
    expect(answer.headers['idempotency-replayed']).toBeUndefined();
  });

  test('that begins with send_msg: names the message for its client, unless the body does', async () => {
    const named = await expecting(202, user.triesToSend({}, withKey('send_msg:order-17')));
    expect(named.body).toMatchObject({ client_reference: 'order-17' });
    const own = await expecting(
      202,
      user.triesToSend({ client_reference: 'mine' }, withKey('send_msg:order-18')),
    );
    expect(own.body).toMatchObject({ client_reference: 'mine' });
  });
});
