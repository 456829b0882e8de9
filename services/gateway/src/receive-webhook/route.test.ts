import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  receiveWebhooks,
  type WebhookItem,
  type WebhookReply,
} from '@parley/contracts/requests/receive-webhooks';
import { seededGateway } from '../testing/seeded-gateway.ts';

const DAY_MS = 24 * 3_600_000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString();
const connection = (id: string, disabled_at: string | null, provider = 'generic') => ({
  id,
  provider,
  types: [],
  secrets: ['secret'],
  disabled_at,
});

let stopIngest: () => Promise<void>;
let items: WebhookItem[] = [];
let decide: () => WebhookReply;

const startIngest = () =>
  gateway.standIn(receiveWebhooks, async (batch) => {
    items.push(...batch);
    return batch.map(decide);
  });

const { gateway, close } = await seededGateway({
  connections: [
    connection('inbox', null),
    connection('twilio', null, 'twilio'),
    connection('leaving', daysAgo(6)),
    connection('gone', daysAgo(8)),
  ],
});

beforeAll(async () => {
  stopIngest = await startIngest();
});
afterAll(close);

beforeEach(() => {
  items = [];
  decide = () => ({ outcome: 'accepted' });
});

const deliver = (path: string, body: unknown = '{}', headers: Record<string, string> = {}) =>
  gateway.call(`/webhooks/${path}`, { body, headers });

describe('POST /webhooks/{connection}', () => {
  test('hands over the bytes unchanged, with the headers that a signature may rest on', async () => {
    const body = Buffer.from('{ "text":"h\u00e9llo",\n "odd": 1.0 } \xff', 'latin1');
    const answer = await deliver('inbox', body, { 'X-Signature': 'abc', authorization: 'Bearer parley_x' });
    expect(answer).toMatchObject({ status: 200, body: { status: 'accepted' } });
    expect(items).toMatchObject([
      {
        connection_id: 'inbox',
        body_base64: body.toString('base64'),
        headers: { 'content-type': 'application/json', 'x-signature': 'abc' },
      },
    ]);
    expect(items[0]?.headers['authorization']).toBe('***');
  });

  test('answers a repeated delivery 200 and says so', async () => {
    decide = () => ({ outcome: 'duplicate' });
    expect(await deliver('inbox')).toMatchObject({ status: 200, body: { status: 'duplicate' } });
  });

  test.each([
    ['invalid_signature', 401],
    ['invalid_json', 400],
    ['validation_failed', 422],
    ['not_found', 404],
  ] as const)('answers the refusal %s with %i', async (code, status) => {
    decide = () => ({
      outcome: 'refused',
      code,
      detail: 'Because.',
      errors: code === 'validation_failed' ? [{ pointer: '#/from', detail: 'is required' }] : [],
    });
    const answer = await deliver('inbox');
    expect(answer).toMatchObject({ status, body: { code, detail: 'Because.' } });
    expect(answer.body['errors']).toEqual(
      code === 'validation_failed' ? [{ pointer: '#/from', detail: 'is required' }] : undefined,
    );
  });

  test.each([
    ['an unknown connection', 'nowhere'],
    ['a name longer than any', 'x'.repeat(65)],
    ['a NUL', '%00'],
    ['a connection that was disabled more than seven days ago', 'gone'],
  ])('answers 404 for %s and hands over nothing', async (_, path) => {
    expect(await deliver(path)).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(items).toEqual([]);
  });

  test('still takes what comes for a connection in the week after it was disabled', async () => {
    expect((await deliver('leaving')).status).toBe(200);
  });

  test('refuses what is larger than 1 MB before what is no JSON, and both before looking inside', async () => {
    const large = 'x'.repeat(1_000_001);
    expect(await deliver('inbox', large, { 'content-type': 'text/plain' })).toMatchObject({
      status: 413,
      body: { code: 'body_too_large' },
    });
    expect(await deliver('inbox', '{}', { 'content-type': 'text/plain' })).toMatchObject({
      status: 415,
      body: { code: 'unsupported_media_type' },
    });
    expect(items).toEqual([]);
  });

  test('takes a form where the provider writes forms, tells where it was sent, and answers in its way', async () => {
    const headers = {
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      'x-twilio-signature': 'abc=',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'parley.test',
    };
    const answer = await deliver('twilio?a=%20b', 'MessageSid=SM1', headers);
    expect(answer).toMatchObject({ status: 200, text: '<?xml version="1.0" encoding="UTF-8"?><Response/>' });
    expect(answer.headers.get('content-type')).toBe('text/xml; charset=utf-8');
    expect(items).toMatchObject([
      {
        url: 'https://parley.test/webhooks/twilio?a=%20b',
        headers: { 'x-twilio-signature': 'abc=' },
        body_base64: Buffer.from('MessageSid=SM1').toString('base64'),
      },
    ]);
  });

  test('takes no form where JSON is wanted, and no JSON where a form is', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const answers = [await deliver('inbox', 'a=1', form), await deliver('twilio', '{}')];
    for (const answer of answers)
      expect(answer).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } });
    expect(items).toEqual([]);
  });

  test('takes a body of 1 MB', async () => {
    expect((await deliver('inbox', 'x'.repeat(1_000_000))).status).toBe(200);
    expect(items[0]?.body_base64).toHaveLength(1_333_336);
  });

  test('answers 503 while nobody takes webhooks, so that the provider delivers again', async () => {
    await stopIngest();
    const answer = await deliver('inbox');
    stopIngest = await startIngest();
    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(answer.headers.get('retry-after')).toBe('1');
  });

  test('asks for another delivery when it cannot know whether this one was stored', async () => {
    decide = () => {
      throw new Error('the answer is lost');
    };
    const answer = await deliver('inbox');
    expect(answer).toMatchObject({ status: 503, body: { code: 'outcome_unknown' } });
    expect(answer.headers.get('retry-after')).toBe('1');
  });

  test('counts every webhook by what became of it, each once', async () => {
    const counted = async (result: string) => {
      const { text } = await gateway.call('/metrics');
      const pattern = new RegExp(`^webhook_requests_total\\{[^}]*result="${result}"[^}]*\\} (\\d+)`, 'm');
      return Number(pattern.exec(text)?.[1]);
    };
    const before = await Promise.all(['created', 'invalid_signature', 'validation_error'].map(counted));
    await deliver('inbox');
    decide = () => ({ outcome: 'refused', code: 'invalid_signature', detail: 'No.', errors: [] });
    await deliver('inbox');
    await deliver('inbox');
    await deliver('inbox', 'x'.repeat(1_000_001));
    await deliver('inbox', '{}', { 'content-type': 'text/plain' });
    await deliver('nowhere');
    const after = await Promise.all(['created', 'invalid_signature', 'validation_error'].map(counted));
    expect(after.map((count, index) => count - (before[index] ?? 0))).toEqual([1, 2, 2]);
  });
});
