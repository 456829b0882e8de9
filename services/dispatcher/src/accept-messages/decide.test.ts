import { describe, expect, test } from '@jest/globals';
import { accountId } from '@parley/contracts/ids';
import { STANDARD_KEYWORD_SETTINGS } from '@parley/contracts/keyword-settings';
import type { AcceptItem, Idempotency } from '@parley/contracts/requests/accept-messages';
import type { AccountDirectory } from '@parley/platform/directory';
import { aMessage, anAcceptItem, ANY_ACCOUNT } from '@parley/testkit';
import { decide, keyName, type AcceptFacts, type Decision, type KeyRecord } from './decide.ts';
import { sendingRules } from './sending-rules.ts';

const account: AccountDirectory = {
  id: ANY_ACCOUNT,
  name: 'acme',
  version: 1,
  blocked_words: ['STOP'],
  chat_friends_only: false,
  keywords: STANDARD_KEYWORD_SETTINGS,
  senders: [{ kind: 'number', address: '*' }],
  connections: [],
};

const facts = (overrides: Partial<AcceptFacts> = {}): AcceptFacts => ({
  rules: new Map([[ANY_ACCOUNT, sendingRules(account)]]),
  keys: new Map(),
  userOf: () => null,
  consentOf: () => null,
  areFriends: () => false,
  accepted_at: '2026-01-15T10:00:00.000Z',
  valid_for_ms: 4 * 3_600_000,
  ...overrides,
});

const key = (name: string, fingerprint = 'a'): Idempotency => ({
  key: name,
  fingerprint: fingerprint.repeat(64),
});

function decideOne(item: AcceptItem, overrides: Partial<AcceptFacts> = {}): Decision {
  const [decision] = decide([item], facts(overrides));
  if (decision === undefined) throw new Error('there is no decision');
  return decision;
}

const codes = (decisions: readonly Decision[]) =>
  decisions.map((decision) => (decision.kind === 'refuse' ? decision.code : decision.kind));

test('a message that breaks no rule is accepted, as its client chose', () => {
  const choices = { priority: 'high', on_unknown_outcome: 'reconcile' } as const;
  const item = anAcceptItem(choices);
  expect(decideOne(item)).toMatchObject({
    kind: 'accept',
    account_id: ANY_ACCOUNT,
    messages: item.recipients,
    choices,
    idempotency: null,
  });
});

test('a message that breaks a rule is refused, and no other is', () => {
  const items = [anAcceptItem(), anAcceptItem({ from: 'YourCorp' }), anAcceptItem()];
  expect(codes(decide(items, facts()))).toEqual(['accept', 'sender_not_allowed', 'accept']);
});

describe('an idempotency key', () => {
  const answered = [aMessage()];
  const record = (fingerprint: string): ReadonlyMap<string, KeyRecord> =>
    new Map([[keyName(ANY_ACCOUNT, 'k'), { fingerprint: fingerprint.repeat(64), answer: answered }]]);

  test('that was used for the same request replays its answer before every other rule', () => {
    const item = anAcceptItem({ from: 'YourCorp', body: 'STOP', idempotency: key('k', 'a') });
    expect(decideOne(item, { keys: record('a') })).toEqual({ kind: 'replay', messages: answered });
  });

  test.each<[string, AcceptItem, Partial<AcceptFacts>]>([
    ['users', anAcceptItem({ type: 'chat', idempotency: key('k') }), {}],
    ['consent', anAcceptItem({ idempotency: key('k') }), { consentOf: () => 'opted_out' }],
  ])('that was used for the same request replays before %s', (_, item, other) => {
    expect(decideOne(item, other).kind).toBe('refuse');
    expect(decideOne(item, { ...other, keys: record('a') }).kind).toBe('replay');
  });

  test('that was used for another request is refused before every other rule', () => {
    const item = anAcceptItem({ from: 'YourCorp', idempotency: key('k', 'b') });
    expect(codes([decideOne(item, { keys: record('a') })])).toEqual(['idempotency_key_reused']);
  });

  test('belongs to its account', () => {
    const other = accountId.parse('other');
    const rules = new Map([[other, sendingRules({ ...account, id: other })]]);
    const item = anAcceptItem({ account_id: other, idempotency: key('k', 'b') });
    expect(codes([decideOne(item, { rules, keys: record('a') })])).toEqual(['accept']);
  });

  test('used twice in one batch behaves as in two requests', () => {
    const first = anAcceptItem({ idempotency: key('k', 'a') });
    const decisions = decide(
      [first, anAcceptItem({ idempotency: key('k', 'a') }), anAcceptItem({ idempotency: key('k', 'b') })],
      facts(),
    );
    const [leader] = decisions;
    expect(leader).toMatchObject({ kind: 'accept', messages: [{ id: first.recipients[0]?.id }] });
    expect(decisions.slice(1)).toEqual([
      { kind: 'follow', leader, same: true },
      { kind: 'follow', leader, same: false },
    ]);
  });

  test('of a refused item is free for the next', () => {
    const decisions = decide(
      [
        anAcceptItem({ from: 'YourCorp', idempotency: key('k', 'a') }),
        anAcceptItem({ idempotency: key('k', 'b') }),
        anAcceptItem({ idempotency: key('k', 'a') }),
      ],
      facts(),
    );
    expect(codes(decisions)).toEqual(['sender_not_allowed', 'accept', 'follow']);
  });
});
