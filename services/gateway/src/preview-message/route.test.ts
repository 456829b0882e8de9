import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { PROBLEMS } from '@parley/contracts/http/problem';
import { connectionId } from '@parley/contracts/ids';
import { previewMessages, type Preview, type PreviewItem } from '@parley/contracts/requests/preview-messages';
import { seededGateway } from '../testing/seeded-gateway.ts';
import { testKey } from '../testing/test-keys.ts';

const sender = testKey('send', ['send']);
const reader = testKey('read', ['read']);
const sms = { from: 'MyCorp', to: '1 804 555 1234', body: 'Grüße an die Ćevapi' };

let items: PreviewItem[] = [];

const preview = ({ type, from, to }: PreviewItem): Preview => ({
  type,
  from,
  to,
  encoding: 'UCS-2',
  segments: 1,
  ucs2_characters: ['Ć'],
  sender_allowed: true,
  blocked_word: null,
  consent: to.map((one) => ({ to: one, state: null })),
  unknown_users: [],
  not_friends: [],
  connection: connectionId.parse('sms'),
  connection_reason: 'It is healthy and has the lowest priority.',
  expected_wait_ms: 0,
});

const users = [{ user_name: 'bugs' }, { user_name: 'duck' }];
const { gateway, close } = await seededGateway({ version: 7, api_keys: [sender.row, reader.row], users });

beforeAll(async () => {
  await gateway.standIn(previewMessages, async (asked) => {
    items.push(...asked);
    return asked.map(preview);
  });
});
afterAll(close);

beforeEach(() => {
  items = [];
});

const ask = (body: unknown, headers: Record<string, string> = {}, { key } = sender) =>
  gateway.call('/v1/messages/preview', { key, body, headers });

describe('POST /v1/messages/preview', () => {
  test('answers what would become of a message, normalised', async () => {
    const answer = await ask({ ...sms, send_at: '2026-01-15T10:00:00Z', priority: 'high' });
    const item = {
      account_id: 'acme',
      type: 'sms',
      from: 'MyCorp',
      to: ['+18045551234'],
      subject: null,
      body: sms.body,
      send_at: '2026-01-15T10:00:00.000Z',
      priority: 'high',
      directory_version: 7,
    };
    expect(items).toEqual([item]);
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.body).toEqual(items.map(preview)[0]);
  });

  test('takes what can be sent: lists and chat, too', async () => {
    await ask({ ...sms, to: ['+18045551234', '+18045551235'] });
    await ask({ from: 'bugs', to: 'duck', body: 'Hi' });
    expect(items).toMatchObject([{ to: ['+18045551234', '+18045551235'] }, { type: 'chat', to: ['duck'] }]);
  });

  test.each([
    ['what could not be sent', { ...sms, to: 'nobody' }, {}, 'validation_failed'],
    ['unknown fields', { ...sms, zap: 1 }, {}, 'validation_failed'],
    ['no JSON', '{', {}, 'invalid_json'],
    ['a key that could not be used', sms, { 'idempotency-key': '' }, 'invalid_idempotency_key'],
  ] as const)('refuses %s as sending does', async (_, body, headers, code) => {
    const { status } = PROBLEMS[code];
    expect(await ask(body, headers)).toMatchObject({ status, body: { code } });
    expect(items).toEqual([]);
  });

  test('is for keys that send', async () => {
    expect(await ask(sms, {}, reader)).toMatchObject({ status: 403 });
  });
});
