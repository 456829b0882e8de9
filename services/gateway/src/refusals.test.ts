import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PROBLEMS } from '@parley/contracts/http/problem';
import { acceptMessages } from '@parley/contracts/requests/accept-messages';
import { type Call } from './testing/test-gateway.ts';
import { testKey } from './testing/test-keys.ts';
import { seededGateway } from './testing/seeded-gateway.ts';

const sender = testKey('sender', ['send']);
const reader = testKey('reader', ['read']);
const expired = testKey('expired', ['admin'], { expires_at: '2020-01-01T00:00:00.000Z' });
const revoked = testKey('revoked', ['admin'], { revoked_at: '2020-01-01T00:00:00.000Z' });

const sms = { from: 'MyCorp', to: '+18045551234', body: 'Hello' };
const huge = JSON.stringify({ ...sms, body: 'x'.repeat(2_000_000) });
const deep = '['.repeat(33) + ']'.repeat(33);
const asText = { 'content-type': 'text/plain' };
const badKey = { 'idempotency-key': '' };

let handedOver = 0;

const { gateway, close } = await seededGateway({
  api_keys: [sender.row, reader.row, expired.row, revoked.row],
});

beforeAll(async () => {
  await gateway.standIn(acceptMessages, async (items) => {
    handedOver += items.length;
    return items.map(() => ({ outcome: 'refused', code: 'blocked_keyword', detail: 'No.' }));
  });
});
afterAll(close);

/** What is wrong, the request, and the code it is answered with; each is wrong in everything that is checked later. */
const refusals: [string, Call, keyof typeof PROBLEMS][] = [
  ['no key', { body: huge, headers: { ...asText, ...badKey } }, 'invalid_api_key'],
  ['a key that nobody knows', { key: 'parley_live_a_b', body: huge, headers: asText }, 'invalid_api_key'],
  ['a key that is none of ours', { key: 'eyJhbGciOi', body: huge, headers: asText }, 'invalid_api_key'],
  ['an expired key', { key: expired.key, body: huge, headers: asText }, 'invalid_api_key'],
  ['a revoked key', { key: revoked.key, body: huge, headers: asText }, 'invalid_api_key'],
  ['a key of another scope', { key: reader.key, body: huge, headers: asText }, 'insufficient_scope'],
  ['2 MB', { key: sender.key, body: huge, headers: { ...asText, ...badKey } }, 'body_too_large'],
  ['text', { key: sender.key, body: '{', headers: { ...asText, ...badKey } }, 'unsupported_media_type'],
  ['an empty Idempotency-Key', { key: sender.key, body: '{', headers: badKey }, 'invalid_idempotency_key'],
  ['no JSON', { key: sender.key, body: '{"from":' }, 'invalid_json'],
  ['an empty body', { key: sender.key, body: '' }, 'invalid_json'],
  ['a body nested too deep', { key: sender.key, body: deep }, 'invalid_json'],
  ['JSON that is no object', { key: sender.key, body: '["a"]' }, 'validation_failed'],
  ['a wrong type', { key: sender.key, body: { ...sms, body: 5 } }, 'validation_failed'],
  ['an unknown field', { key: sender.key, body: { ...sms, zap: 1 } }, 'validation_failed'],
  ['an empty list of recipients', { key: sender.key, body: { ...sms, to: [] } }, 'validation_failed'],
];

describe('POST /v1/messages', () => {
  test.each(refusals)('refuses %s with a problem that a person understands', async (_, call, code) => {
    const answer = await gateway.call('/v1/messages', call);
    const { status, title } = PROBLEMS[code];
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ type: 'about:blank', title, status, code });
    expect(String(answer.body['detail'])).toMatch(/^\S.{10,}/);
    expect(String(answer.body['trace_id'])).toMatch(/^[0-9a-f]{32}$/);
    expect(handedOver).toBe(0);
  });

  test('refuses parameters that it does not have', async () => {
    const answer = await gateway.call('/v1/messages?dry_run=1', { key: sender.key, body: sms });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '#/dry_run' }] } });
    expect(handedOver).toBe(0);
  });

  test('names every field that is wrong', async () => {
    const body = { from: 'nobody at all', to: 7, zap: 1 };
    const { body: problem } = await gateway.call('/v1/messages', { key: sender.key, body });
    expect(problem['errors']).toEqual(
      expect.arrayContaining([
        { pointer: '#/from', detail: expect.any(String) },
        { pointer: '#/to', detail: expect.any(String) },
        { pointer: '#/zap', detail: 'is not a known field' },
      ]),
    );
  });

  test('takes a body of 256 kB to the last byte', async () => {
    const email = { from: 'a@x.test', to: 'b@x.test', body: 'x'.repeat(200_000) };
    const padded = JSON.stringify(email).padEnd(256_000);
    expect(await gateway.call('/v1/messages', { key: sender.key, body: padded })).toMatchObject({
      status: 400,
    });
    expect(await gateway.call('/v1/messages', { key: sender.key, body: `${padded} ` })).toMatchObject({
      status: 413,
    });
    handedOver = 0;
  });

  test('says how to authenticate', async () => {
    const answer = await gateway.call('/v1/messages', { body: sms });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });
});

describe('every route', () => {
  test.each([
    ['GET', '/v1/messages'],
    ['GET', '/v1/messages/x'],
    ['GET', '/v1/messages/x/timeline'],
    ['POST', '/v1/messages/x/resolve'],
    ['GET', '/v1/conversations'],
    ['GET', '/v1/conversations/x/messages'],
    ['GET', '/v1/stats'],
    ['GET', '/v1/senders'],
    ['POST', '/v1/senders'],
    ['DELETE', '/v1/senders/x'],
    ['GET', '/v1/accounts'],
    ['POST', '/v1/accounts'],
    ['GET', '/v1/api-keys'],
    ['POST', '/v1/api-keys'],
    ['DELETE', '/v1/api-keys/x'],
    ['PATCH', '/v1/accounts/x'],
    ['GET', '/v1/consent/x'],
    ['GET', '/v1/connections'],
    ['POST', '/v1/connections'],
    ['PATCH', '/v1/connections/x'],
    ['DELETE', '/v1/connections/x'],
    ['GET', '/v1/dead-letters'],
    ['POST', '/v1/dead-letters/redrive'],
  ])('%s %s wants a key, and one of the right scope', async (method, path) => {
    for (const key of ['parley_live_a_b', expired.key, revoked.key])
      expect(await gateway.call(path, { method, key })).toMatchObject({ status: 401 });
    expect(await gateway.call(path, { method })).toMatchObject({ status: 401 });
    expect(await gateway.call(path, { method, key: sender.key })).toMatchObject({ status: 403 });
  });

  test.each([
    ['GET', '/health/live', 200],
    ['GET', '/health/ready', 200],
    ['GET', '/health', 200],
    ['GET', '/metrics', 200],
    ['GET', '/v2/messages', 404],
    ['GET', '/', 404],
    ['GET', '/%ZZ', 404],
    ['PUT', '/v1/messages', 405],
    ['GET', '/webhooks/inbox', 405],
  ])('%s %s wants none: %i', async (method, path, status) => {
    expect(await gateway.call(path, { method })).toMatchObject({ status });
  });

  test('refuses another method by naming the ones there are', async () => {
    const answer = await gateway.call('/v1/messages', { method: 'PUT' });
    expect(answer.headers.get('allow')).toBe('POST, GET');
    expect(answer.body).toMatchObject({ code: 'method_not_allowed' });
  });
});
