import { describe, expect, test } from '@jest/globals';
import { messageIn, type ParleyClient } from './parley-client.ts';
import { runningParley, untilListed } from './running-parley.ts';

const parley = runningParley();

describe('what is not allowed is refused in words, and nothing is stored', () => {
  const good = { from: 'MyCorp', to: '+18045550009', body: 'hello' };
  const signed = { 'x-signature': '0'.repeat(64) };
  test.each<[string, string, Parameters<ParleyClient['call']>[1], number, string]>([
    [
      'a sender not on the list',
      '/v1/messages',
      { body: { ...good, from: 'BadSender' } },
      400,
      'sender_not_allowed',
    ],
    [
      'the word STOP',
      '/v1/messages',
      { body: { ...good, body: 'Please STOP sending me messages.' } },
      400,
      'blocked_keyword',
    ],
    ['no JSON', '/v1/messages', { body: '{"from":' }, 400, 'invalid_json'],
    ['a wrong type', '/v1/messages', { body: { ...good, body: 5 } }, 422, 'validation_failed'],
    ['an unknown field', '/v1/messages', { body: { ...good, colour: 'red' } }, 422, 'validation_failed'],
    [
      'a body of 2 MB',
      '/v1/messages',
      { body: { ...good, body: 'x'.repeat(2_000_000) } },
      413,
      'body_too_large',
    ],
    [
      'a wrong content type',
      '/v1/messages',
      { body: 'a=b', headers: { 'content-type': 'text/plain' } },
      415,
      'unsupported_media_type',
    ],
    ['a wrong key', '/v1/messages', { body: good, key: 'parley_demo_nobody_0' }, 401, 'invalid_api_key'],
    ['no key', '/v1/messages', { body: good, key: null }, 401, 'invalid_api_key'],
    ['a key without the scope', '/v1/accounts', {}, 403, 'insufficient_scope'],
    ['an id that is nobody’s', '/v1/messages/msg_019a0000-0000-7000-8000-000000000000', {}, 404, 'not_found'],
    ['an unknown path', '/v2/messages', {}, 404, 'not_found'],
    ['a wrong method', '/v1/messages', { method: 'PUT' }, 405, 'method_not_allowed'],
    ['an unknown query parameter', '/v1/messages?colour=red', {}, 422, 'validation_failed'],
    [
      'a wrong signature',
      '/webhooks/inbox',
      { method: 'POST', body: '{}', key: null, headers: signed },
      401,
      'invalid_signature',
    ],
    [
      'an unknown connection',
      '/webhooks/nowhere',
      { method: 'POST', body: '{}', key: null },
      404,
      'not_found',
    ],
  ])('%s', async (...[, path, options, status, code]) => {
    const answer = await parley.client().call(path, options);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer).toMatchObject({
      status,
      body: { status, code, title: expect.any(String), detail: expect.any(String) },
    });
  });

  test('and a signed webhook that makes no sense is told where', async () => {
    const answer = await parley
      .client()
      .webhook('inbox', '{"message_id":"m9","from":"12","to":"+14155550100","ts":"yesterday"}');
    expect(answer).toMatchObject({ status: 422, body: { code: 'validation_failed' } });
    expect(answer.body).toMatchObject({
      errors: expect.arrayContaining([{ pointer: '#/from', detail: expect.any(String) }]),
    });
  });

  test('and none of it is listed', async () => {
    expect((await parley.client().call('/v1/messages?to=18045550009')).body).toMatchObject({ data: [] });
  });
});

test('an account sees nothing of another one', async () => {
  const admin = { key: parley.endpoint().adminKey };
  await parley.client().call('/v1/accounts', { ...admin, body: { id: 'other', name: 'Other' } });
  const made = await parley.client().call('/v1/api-keys', {
    ...admin,
    body: { account_id: 'other', scopes: ['send', 'read', 'admin'] },
  });
  expect(made.status).toBe(201);
  const { key } = made.body as { key: string };
  const { id } = messageIn(
    await parley.client().call('/v1/messages', { body: { from: 'MyCorp', to: '+18045550010', body: 'hi' } }),
  );
  await untilListed(parley.client(), 'to=18045550010', 1);
  expect(await parley.client().call(`/v1/messages/${id}`, { key })).toMatchObject({ status: 404 });
  expect((await parley.client().call('/v1/messages', { key })).body).toMatchObject({ data: [] });
  expect((await parley.client().call('/v1/conversations', { key })).body).toMatchObject({ data: [] });
  expect((await parley.client().call('/v1/stats', { key })).body).toMatchObject({ total: 0 });
  const refused = await parley.client().call('/v1/messages', {
    key,
    body: { from: 'MyCorp', to: '+18045550010', body: 'hi' },
  });
  expect(refused).toMatchObject({ status: 400, body: { code: 'sender_not_allowed' } });
  await parley.client().call('/v1/senders', { key, body: { kind: 'alphanumeric', address: 'OtherCo' } });
  const accepted = await parley.client().call('/v1/messages', {
    key,
    body: { from: 'OtherCo', to: '+18045550010', body: 'hi' },
  });
  expect(accepted).toMatchObject({ status: 202, body: { account_id: 'other' } });
});
