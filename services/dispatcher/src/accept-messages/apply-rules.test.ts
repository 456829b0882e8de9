import { describe, expect, test } from '@jest/globals';
import { accountId, newMessageId, newRowId, userId } from '@parley/contracts/ids';
import { STANDARD_KEYWORD_SETTINGS } from '@parley/contracts/keyword-settings';
import type { AccountDirectory } from '@parley/platform/directory';
import { anAcceptItem, ANY_ACCOUNT, type AcceptOverrides } from '@parley/testkit';
import { refusalOf, type RuleFacts } from './apply-rules.ts';
import { sendingRules } from './sending-rules.ts';

const account: AccountDirectory = {
  id: ANY_ACCOUNT,
  name: 'acme',
  version: 1,
  blocked_words: ['STOP'],
  chat_friends_only: false,
  keywords: STANDARD_KEYWORD_SETTINGS,
  senders: [
    { kind: 'alphanumeric', address: 'MyCorp' },
    { kind: 'number', address: '*' },
    { kind: 'email', address: 'news@acme.test' },
  ],
  connections: [],
};
const USERS = new Map(['ann', 'bob', 'carl'].map((name) => [name, userId.parse(newRowId())]));
const CONSENTS = new Map<string, 'opted_in' | 'opted_out'>([
  ['+11', 'opted_out'],
  ['+12', 'opted_in'],
  ['out@example.test', 'opted_out'],
]);
const facts: RuleFacts = {
  rules: new Map([[ANY_ACCOUNT, sendingRules(account)]]),
  userOf: (_, name) => USERS.get(name) ?? null,
  consentOf: ({ type }, address) => (type === 'chat' ? null : (CONSENTS.get(address) ?? null)),
  areFriends: ([one, other]) => one === USERS.get('ann') && other === USERS.get('bob'),
};

const recipients = (...to: string[]) => to.map((address) => ({ id: newMessageId(), to: address }));
const refusal = (overrides: AcceptOverrides) => refusalOf(anAcceptItem(overrides), facts);
const codeOf = (overrides: AcceptOverrides) => refusal(overrides)?.code ?? 'none';
const detailOf = (overrides: AcceptOverrides) => refusal(overrides)?.detail;

const aChat = (overrides: AcceptOverrides = {}): AcceptOverrides => ({
  type: 'chat',
  from: 'ann',
  to: 'bob',
  ...overrides,
});
const aMail = (overrides: AcceptOverrides = {}): AcceptOverrides => ({
  type: 'email',
  from: 'news@acme.test',
  to: 'ann@example.test',
  ...overrides,
});

describe('the sender', () => {
  test.each<[string, AcceptOverrides, string]>([
    ['a listed name', { from: 'MyCorp' }, 'none'],
    ['a name that is not listed', { from: 'YourCorp' }, 'sender_not_allowed'],
    ['a listed name in another case', { from: 'MYCORP' }, 'sender_not_allowed'],
    ['any number, as all are allowed', { from: '+12125550123' }, 'none'],
    ['a listed e-mail address', aMail(), 'none'],
    ['another e-mail address', aMail({ from: 'me@acme.test' }), 'sender_not_allowed'],
    ['no address at all', { from: '' }, 'sender_not_allowed'],
    ['an account that nobody knows', { account_id: accountId.parse('nobody') }, 'sender_not_allowed'],
  ])('%s', (_, overrides, expected) => {
    expect(codeOf(overrides)).toBe(expected);
  });
});

describe('the content', () => {
  test.each<[string, AcceptOverrides, string]>([
    ['a blocked word in an SMS', { body: 'Please stop.' }, 'blocked_keyword'],
    ['a blocked word in an MMS', { type: 'mms', body: 'STOP' }, 'blocked_keyword'],
    ['a blocked word in a subject', { type: 'mms', subject: 'STOP', body: 'x' }, 'blocked_keyword'],
    ['a longer word', { body: 'It stopped.' }, 'none'],
    ['no text', { type: 'mms', body: null, attachments: ['https://example.test/a.png'] }, 'none'],
    ['the word in an e-mail', aMail({ body: 'STOP' }), 'none'],
    ['the word in a chat', aChat({ body: 'STOP' }), 'none'],
  ])('%s', (_, overrides, expected) => {
    expect(codeOf(overrides)).toBe(expected);
  });
});

describe('a chat', () => {
  test.each<[string, AcceptOverrides, string]>([
    ['from one user to another', {}, 'none'],
    ['to oneself', { to: 'ann' }, 'none'],
    ['from somebody who is no user', { from: 'eve' }, 'unknown_user'],
    ['to somebody who is no user', { to: 'eve' }, 'unknown_user'],
    ['to several of whom one is no user', { recipients: recipients('bob', 'eve') }, 'unknown_user'],
  ])('%s', (_, overrides, expected) => {
    expect(codeOf(aChat(overrides))).toBe(expected);
  });

  test('is told who is no user, each once', () => {
    const item = aChat({ from: 'eve', recipients: recipients('bob', 'mallory', 'eve') });
    expect(detailOf(item)).toBe('this account has no user eve, mallory');
  });
});

describe('a chat where only friends may chat', () => {
  const rules = new Map([[ANY_ACCOUNT, sendingRules({ ...account, chat_friends_only: true })]]);
  const strict = (overrides: AcceptOverrides) => refusalOf(anAcceptItem(overrides), { ...facts, rules });
  test.each<[string, AcceptOverrides, string | undefined]>([
    ['with a friend', aChat(), undefined],
    ['with oneself', aChat({ to: 'ann' }), undefined],
    ['with somebody else', aChat({ to: 'carl' }), 'not_friends'],
    [
      'with several of whom one is no friend',
      aChat({ recipients: recipients('bob', 'carl') }),
      'not_friends',
    ],
    ['with somebody who is no user', aChat({ to: 'eve' }), 'unknown_user'],
    ['that is none, but an SMS', { to: '+13' }, undefined],
  ])('%s', (_, overrides, code) => {
    expect(strict(overrides)?.code).toBe(code);
  });

  test('is told who is no friend', () => {
    expect(strict(aChat({ recipients: recipients('bob', 'carl') }))?.detail).toBe('ann is no friend of carl');
  });
});

describe('consent', () => {
  test.each<[string, AcceptOverrides, string]>([
    ['of a recipient who opted out', { to: '+11' }, 'recipient_opted_out'],
    ['of a recipient who opted out, for an MMS', { type: 'mms', to: '+11' }, 'recipient_opted_out'],
    ['of a recipient who opted out of e-mail', aMail({ to: 'out@example.test' }), 'recipient_opted_out'],
    ['of a recipient who opted in', { to: '+12' }, 'none'],
    ['that nobody ever gave or withdrew', { to: '+13' }, 'none'],
    ['of one recipient among several', { recipients: recipients('+12', '+11') }, 'recipient_opted_out'],
    ['of the sender makes no difference', { from: '+11', to: '+13' }, 'none'],
  ])('%s', (_, overrides, expected) => {
    expect(codeOf(overrides)).toBe(expected);
  });

  test('is asked for under the account and type of the message', () => {
    const asked: unknown[] = [];
    refusalOf(anAcceptItem({ type: 'mms', to: '+11' }), {
      ...facts,
      consentOf: ({ account_id, type }, address) => {
        asked.push([account_id, type, address]);
        return null;
      },
    });
    expect(asked).toEqual([[ANY_ACCOUNT, 'mms', '+11']]);
  });

  test('that is missing is told by places in the list, not by addresses', () => {
    expect(detailOf({ to: '+11' })).toBe('the recipient has opted out of texts');
    expect(detailOf(aMail({ to: 'out@example.test' }))).toBe('the recipient has opted out of e-mail');
    expect(detailOf({ recipients: recipients('+12', '+11', '+13', '+11') })).toBe(
      'of the 4 recipients, these have opted out of texts: number 2, 4',
    );
  });
});

test.each<[string, AcceptOverrides, string]>([
  ['the sender comes before consent', { from: 'YourCorp', to: '+11', body: 'STOP' }, 'sender_not_allowed'],
  ['the content comes before consent', { to: '+11', body: 'STOP' }, 'blocked_keyword'],
  ['a sender comes before the content', { from: 'YourCorp', body: 'STOP' }, 'sender_not_allowed'],
])('%s', (_, overrides, expected) => {
  expect(codeOf(overrides)).toBe(expected);
});
