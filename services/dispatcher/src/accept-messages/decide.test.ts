import { describe, expect, test } from '@jest/globals';
import { accountId, conversationIdOf, newRowId, userId } from '@parley/contracts/ids';
import type { AcceptItem, Idempotency } from '@parley/contracts/requests/accept-messages';
import type { AccountDirectory } from '@parley/platform/directory';
import { aMessage, anAcceptItem, ANY_ACCOUNT, type AcceptOverrides } from '@parley/testkit';
import { decide, keyName, type AcceptFacts, type Decision, type KeyRecord } from './decide.ts';
import { sendingRules } from './sending-rules.ts';

const ACCEPTED_AT = '2026-01-15T10:00:00.000Z';
const EXPIRES_AT = '2026-01-15T14:00:00.000Z';

const account: AccountDirectory = {
  id: ANY_ACCOUNT,
  version: 1,
  blocked_words: ['STOP'],
  senders: [
    { kind: 'alphanumeric', address: 'MyCorp' },
    { kind: 'number', address: '*' },
    { kind: 'email', address: 'news@acme.test' },
  ],
  connections: [],
};

const facts = (overrides: Partial<AcceptFacts> = {}): AcceptFacts => ({
  rules: new Map([[ANY_ACCOUNT, sendingRules(account)]]),
  keys: new Map(),
  userOf: () => null,
  accepted_at: ACCEPTED_AT,
  expires_at: EXPIRES_AT,
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

describe('the sender', () => {
  test.each<[string, AcceptOverrides, string]>([
    ['a listed name', { from: 'MyCorp' }, 'accept'],
    ['a name that is not listed', { from: 'YourCorp' }, 'sender_not_allowed'],
    ['a listed name in another case', { from: 'MYCORP' }, 'sender_not_allowed'],
    ['any number, as all are allowed', { from: '+12125550123' }, 'accept'],
    ['a listed e-mail address', { type: 'email', from: 'news@acme.test', to: 'ann@example.test' }, 'accept'],
    [
      'another e-mail address',
      { type: 'email', from: 'me@acme.test', to: 'ann@example.test' },
      'sender_not_allowed',
    ],
    ['no address at all', { from: '' }, 'sender_not_allowed'],
    ['an account that nobody knows', { account_id: accountId.parse('nobody') }, 'sender_not_allowed'],
  ])('%s', (_, overrides, expected) => {
    expect(codes([decideOne(anAcceptItem(overrides))])).toEqual([expected]);
  });
});

describe('the content', () => {
  test.each<[string, AcceptOverrides, string]>([
    ['a blocked word in an SMS', { body: 'Please stop.' }, 'blocked_keyword'],
    ['a blocked word in an MMS', { type: 'mms', body: 'STOP' }, 'blocked_keyword'],
    [
      'a blocked word in the subject of an MMS',
      { type: 'mms', subject: 'STOP', body: 'x' },
      'blocked_keyword',
    ],
    ['a longer word', { body: 'It stopped.' }, 'accept'],
    ['no text', { type: 'mms', body: null, attachments: ['https://example.test/a.png'] }, 'accept'],
    [
      'the word in an e-mail',
      { type: 'email', from: 'news@acme.test', to: 'ann@example.test', body: 'STOP' },
      'accept',
    ],
    ['a wrong sender before a blocked word', { from: 'YourCorp', body: 'STOP' }, 'sender_not_allowed'],
  ])('%s', (_, overrides, expected) => {
    expect(codes([decideOne(anAcceptItem(overrides))])).toEqual([expected]);
  });
});

describe('an accepted message', () => {
  test('is queued, stamped with the time of accept, and keeps what it was given', () => {
    const item = anAcceptItem({ client_reference: 'r-1', metadata: { a: 1 }, trace_id: 't' });
    const decision = decideOne(item);
    const { account_id, type, from, body, client_reference, metadata, trace_id } = item;
    expect(decision).toMatchObject({
      kind: 'accept',
      messages: [
        {
          ...item.recipients[0],
          account_id,
          type,
          from,
          body,
          client_reference,
          metadata,
          trace_id,
          status: 'queued',
          direction: 'outbound',
          timestamp: ACCEPTED_AT,
          created_at: ACCEPTED_AT,
          expires_at: EXPIRES_AT,
          round: 1,
        },
      ],
    });
  });

  test('keeps a time of its own', () => {
    const timestamp = '2020-02-29T00:00:00.000Z';
    expect(decideOne(anAcceptItem({ timestamp }))).toMatchObject({
      messages: [{ timestamp, created_at: ACCEPTED_AT }],
    });
  });

  test('belongs to the conversation of the users whose addresses it names', () => {
    const [ann, bob] = [userId.parse(newRowId()), userId.parse(newRowId())];
    const item = anAcceptItem();
    const conversation_id = conversationIdOf(ANY_ACCOUNT, [
      { address: 'any', user_id: bob },
      { address: 'other', user_id: ann },
    ]);
    const decision = decideOne(item, { userOf: (_, address) => (address === item.from ? ann : bob) });
    expect(decision).toMatchObject({ messages: [{ from_user_id: ann, to_user_id: bob, conversation_id }] });
  });
});

describe('an idempotency key', () => {
  const answered = [aMessage()];
  const record = (fingerprint: string): ReadonlyMap<string, KeyRecord> =>
    new Map([[keyName(ANY_ACCOUNT, 'k'), { fingerprint: fingerprint.repeat(64), answer: answered }]]);

  test('that was used for the same request replays its answer before every other rule', () => {
    const item = anAcceptItem({ from: 'YourCorp', body: 'STOP', idempotency: key('k', 'a') });
    expect(decideOne(item, { keys: record('a') })).toEqual({ kind: 'replay', messages: answered });
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
