import { describe, expect, test } from '@jest/globals';
import { connectionId, newRowId, userId } from '@parley/contracts/ids';
import { messageType } from '@parley/contracts/message-type';
import type { PreviewItem } from '@parley/contracts/requests/preview-messages';
import type { Connection } from '@parley/platform/directory';
import fc from 'fast-check';
import { refusalOf } from '../accept-messages/apply-rules.ts';
import { sendingRules } from '../accept-messages/sending-rules.ts';
import { aDirectory } from '../testing/accepting.ts';
import { aPreviewItem } from '../testing/previews.ts';
import { decidePreview, sendingOf, type PreviewFacts } from './decide.ts';
import { MAX_COUNTED } from './store.ts';

const NOW = '2026-01-15T10:00:00.000Z';
const { account } = aDirectory();
const connection: Connection = {
  id: connectionId.parse('sms'),
  account_id: account.id,
  provider: 'sms-gateway',
  types: ['sms'],
  priority: 0,
  url: 'http://127.0.0.1:1',
  token: null,
  secrets: [],
  rate_per_second: null,
  honours_idempotency_keys: null,
};
const CONSENTS = new Map<string, 'opted_in' | 'opted_out'>([
  ['+11', 'opted_out'],
  ['+12', 'opted_in'],
]);
const USERS = new Map(['ann', 'bob'].map((name) => [name, userId.parse(newRowId())]));

const facts: PreviewFacts = {
  rules: new Map([[account.id, sendingRules(account)]]),
  userOf: (_, name) => USERS.get(name) ?? null,
  consentOf: ({ type }, address) => (type === 'chat' ? null : (CONSENTS.get(address) ?? null)),
  areFriends: () => false,
  connection,
  reason: 'because',
  isBroken: false,
  queue: { waiting: 0, busy_ms: 0 },
  now: NOW,
};
const preview = (overrides: Partial<PreviewItem>, other: Partial<PreviewFacts> = {}) =>
  decidePreview(aPreviewItem(overrides), { ...facts, ...other });

test('a preview tells everything at once, not the first rule that is broken', () => {
  const item = { from: 'YourCorp', to: ['+11', '+12', '+13'], body: 'STOP “now”' };
  expect(preview(item)).toEqual({
    type: 'sms',
    from: 'YourCorp',
    to: ['+11', '+12', '+13'],
    encoding: 'UCS-2',
    segments: 1,
    ucs2_characters: ['“', '”'],
    sender_allowed: false,
    blocked_word: 'STOP',
    consent: [
      { to: '+11', state: 'opted_out' },
      { to: '+12', state: 'opted_in' },
      { to: '+13', state: null },
    ],
    unknown_users: [],
    not_friends: [],
    connection: 'sms',
    connection_reason: 'because',
    expected_wait_ms: 0,
  });
});

test('a preview of a chat tells who is no user, and has no size, no consent and no connection', () => {
  const way = { connection: null, reason: 'chat needs no connection', queue: null };
  expect(preview({ type: 'chat', from: 'ann', to: ['bob', 'eve'], body: '“hi”' }, way)).toMatchObject({
    encoding: null,
    segments: null,
    ucs2_characters: [],
    sender_allowed: true,
    consent: [
      { to: 'bob', state: null },
      { to: 'eve', state: null },
    ],
    unknown_users: ['eve'],
    connection: null,
    expected_wait_ms: 0,
  });
});

test('a preview of a chat tells who would have to be a friend and is none', () => {
  const rules = new Map([[account.id, sendingRules({ ...account, chat_friends_only: true })]]);
  expect(preview({ type: 'chat', from: 'ann', to: ['ann', 'bob'] }, { rules })).toMatchObject({
    unknown_users: [],
    not_friends: ['bob'],
  });
});

describe('how long a message would wait', () => {
  const limited = { connection: { ...connection, rate_per_second: 10 } };
  test.each<[string, Partial<PreviewItem>, Partial<PreviewFacts>, number | null]>([
    ['in an empty lane', {}, {}, 0],
    ['in a paused lane', {}, { queue: { waiting: 0, busy_ms: 1_500.4 } }, 1_500],
    ['behind others', {}, { ...limited, queue: { waiting: 25, busy_ms: 40 } }, 2_540],
    ['behind others where nobody knows how fast they go', {}, { queue: { waiting: 25, busy_ms: 0 } }, null],
    ['behind more than are counted', {}, { ...limited, queue: { waiting: MAX_COUNTED, busy_ms: 0 } }, null],
    ['without a connection', {}, { connection: null, queue: null }, null],
    ['for a connection that failed too often', {}, { isBroken: true }, null],
    ['later', { send_at: '2026-01-15T10:00:00.001Z' }, {}, null],
    ['with a time that is over', { send_at: '2026-01-15T09:00:00.000Z' }, {}, 0],
  ])('%s', (_, overrides, other, expected) => {
    expect(preview(overrides, other).expected_wait_ms).toBe(expected);
  });
});

test('what a preview finds no fault with would be accepted, and nothing else', () => {
  const items = fc.record({
    type: fc.constantFrom(...messageType.options),
    from: fc.constantFrom('ann', 'eve', '+12125550100', 'YourCorp', 'me@acme.test'),
    to: fc.array(fc.constantFrom('ann', 'eve', '+11', '+12', '+13'), { minLength: 1, maxLength: 3 }),
    body: fc.constantFrom('Hello', 'STOP', null),
    subject: fc.constantFrom('Hello', 'STOP', null),
  });
  fc.assert(
    fc.property(items, fc.boolean(), fc.boolean(), (overrides, chat_friends_only, are) => {
      const item = aPreviewItem(overrides);
      const rules = new Map([[account.id, sendingRules({ ...account, chat_friends_only })]]);
      const now = { ...facts, rules, areFriends: () => are };
      const found = decidePreview(item, now);
      const isFine =
        found.sender_allowed &&
        found.blocked_word === null &&
        found.unknown_users.length === 0 &&
        found.not_friends.length === 0 &&
        found.consent.every(({ state }) => state !== 'opted_out');
      expect(isFine).toBe(refusalOf(sendingOf(item), now) === null);
    }),
  );
});
