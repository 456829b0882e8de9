import { describe, expect, test } from '@jest/globals';
import type { Outcome } from '@parley/providers/provider';
import fc from 'fast-check';
import { decide, decideOverdue, type AttemptFacts, type Move } from './decide.ts';

const NOW = Date.UTC(2026, 0, 15, 10);
const inMs = (ms: number) => new Date(NOW + ms).toISOString();

const first: AttemptFacts = {
  attempt_no: 1,
  attempts_spent: 0,
  expires_at: inMs(3_600_000),
  unresolved: false,
  honours_idempotency_keys: true,
  alternative: false,
};
const accepted: Outcome = { kind: 'accepted', provider_message_id: 'p-1' };
const refused: Outcome = { kind: 'refused', code: '21211', detail: 'Invalid To' };
const throttled = (retry_after_ms: number | null): Outcome => ({ kind: 'throttled', retry_after_ms });
const unavailable = (retry_after_ms: number | null = null, connection_wide = true): Outcome => ({
  kind: 'unavailable',
  reason: 'http_503',
  retry_after_ms,
  connection_wide,
});
const pause = (ms: number): Partial<Move> => ({ pause: { connection_wide: false, ms, reason: 'throttled' } });
const pauseAll = (ms: number): Partial<Move> => ({
  pause: { connection_wide: true, ms, reason: 'unavailable' },
});
const unknown: Outcome = { kind: 'unknown', reason: 'timeout' };

/** With the greatest delay that chance allows, half of it by default. */
const judge = (outcome: Outcome, attempt: Partial<AttemptFacts> = {}, random = 0.5) =>
  decide(outcome, { ...first, ...attempt }, { called: NOW, now: NOW, random: () => random });

const held: Partial<Move> = { status: 'sending', status_reason: 'outcome_unknown', retry_at: null };

describe('where one outcome leads', () => {
  test.each<[string, Outcome, Partial<AttemptFacts>, Partial<Move>]>([
    [
      'accepted',
      accepted,
      {},
      { status: 'sent', provider_message_id: 'p-1', sent_at: inMs(0), attempts_spent: 0 },
    ],
    ['accepted after an unknown', accepted, { unresolved: true }, { status: 'sent', status_reason: null }],
    ['refused', refused, {}, { status: 'failed', status_reason: '21211' }],
    [
      'throttled',
      throttled(null),
      {},
      { status: 'queued', status_reason: 'throttled', next: 'lane', attempts_spent: 0, ...pause(500) },
    ],
    ['throttled with a longer Retry-After', throttled(30_000), {}, pause(30_000)],
    ['throttled with a shorter Retry-After', throttled(100), {}, pause(500)],
    [
      'throttled for the fourth time',
      throttled(null),
      { attempt_no: 4 },
      { attempts_spent: 0, ...pause(4_000) },
    ],
    ['throttled for the hundredth time', throttled(null), { attempt_no: 100 }, pause(4_000)],
    [
      'unavailable',
      unavailable(),
      {},
      { status: 'queued', status_reason: 'provider_unavailable', retry_at: inMs(500), attempts_spent: 1 },
    ],
    [
      'unavailable with Retry-After',
      unavailable(9_000),
      {},
      { retry_at: inMs(9_000), attempts_spent: 1, ...pauseAll(9_000) },
    ],
    [
      'unavailable for this message alone',
      unavailable(null, false),
      {},
      { retry_at: inMs(500), pause: null },
    ],
    [
      'unavailable while another connection could send it',
      unavailable(),
      { alternative: true },
      { status: 'queued', next: 'failover', retry_at: null, attempts_spent: 1, ...pauseAll(500) },
    ],
    [
      'unavailable after an unknown while another connection could send it',
      unavailable(),
      { alternative: true, unresolved: true },
      { status: 'queued', status_reason: 'outcome_unknown', next: null, retry_at: inMs(500) },
    ],
    [
      'unavailable, three spent',
      unavailable(),
      { attempts_spent: 3 },
      { retry_at: inMs(4_000), attempts_spent: 4 },
    ],
    [
      'unavailable, all spent',
      unavailable(),
      { attempts_spent: 4 },
      { status: 'failed', status_reason: 'provider_unavailable', attempts_spent: 5, retry_at: null },
    ],
    [
      'unavailable, all spent, after an unknown',
      unavailable(),
      { attempts_spent: 4, unresolved: true },
      held,
    ],
    [
      'unavailable after an unknown',
      unavailable(),
      { unresolved: true },
      { status: 'queued', status_reason: 'outcome_unknown' },
    ],
    [
      'unknown',
      unknown,
      {},
      { status: 'queued', status_reason: 'outcome_unknown', retry_at: inMs(500), attempts_spent: 1 },
    ],
    [
      'unknown, keys not honoured',
      unknown,
      { honours_idempotency_keys: false },
      { ...held, attempts_spent: 1 },
    ],
    ['unknown, all spent', unknown, { attempts_spent: 4 }, { ...held, attempts_spent: 5 }],
    ['unknown, no time left', unknown, { expires_at: inMs(500) }, held],
    [
      'throttled, no time left',
      throttled(null),
      { expires_at: inMs(500) },
      { status: 'expired', status_reason: 'throttled', next: null, ...pause(500) },
    ],
    [
      'unavailable, no time left',
      unavailable(),
      { expires_at: inMs(500) },
      { status: 'expired', status_reason: 'provider_unavailable' },
    ],
    [
      'throttled, no time left, after an unknown',
      throttled(null),
      { expires_at: inMs(500), unresolved: true },
      held,
    ],
    ['throttled, just enough time', throttled(null), { expires_at: inMs(501) }, { status: 'queued' }],
  ])('%s', (_, outcome, attempt, expected) => {
    expect(judge(outcome, attempt)).toMatchObject(expected);
  });

  test('a message whose time is over before the call expires with why it had to wait', () => {
    expect(decideOverdue(first, 'throttled')).toMatchObject({
      status: 'expired',
      status_reason: 'throttled',
    });
    expect(decideOverdue({ ...first, unresolved: true }, null)).toMatchObject(held);
  });
});

test('retries of an unavailable provider wait up to 1, 2, 4 and 8 seconds, chosen by chance', () => {
  const delays = [0, 1, 2, 3].map((attempts_spent) => {
    const longest = judge(unavailable(), { attempts_spent }, 1 - Number.EPSILON).retry_at;
    const shortest = judge(unavailable(), { attempts_spent }, 0).retry_at;
    return [shortest, longest].map((at) => Date.parse(at ?? '') - NOW);
  });
  expect(delays).toEqual([
    [0, 999],
    [0, 1_999],
    [0, 3_999],
    [0, 7_999],
  ]);
});

const anyOutcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.constant(accepted),
  fc.constant(refused),
  fc.constant(unknown),
  fc.option(fc.nat(3_600_000)).map(throttled),
  fc.option(fc.nat(3_600_000)).map(unavailable),
);
const anyAttempt: fc.Arbitrary<AttemptFacts> = fc.record({
  attempt_no: fc.integer({ min: 1, max: 1_000 }),
  attempts_spent: fc.nat(4),
  expires_at: fc.integer({ min: -1_000, max: 5_000_000 }).map(inMs),
  unresolved: fc.boolean(),
  honours_idempotency_keys: fc.boolean(),
  alternative: fc.boolean(),
});
const anyRandom = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('whatever happens, a message that may have been sent is neither called failed by us nor expired', () => {
  fc.assert(
    fc.property(anyOutcome, anyAttempt, anyRandom, (outcome, attempt, random) => {
      const move = judge(outcome, attempt, random);
      const settled = outcome.kind === 'accepted' || outcome.kind === 'refused';
      const mayHaveBeenSent = !settled && (attempt.unresolved || outcome.kind === 'unknown');
      expect(move.status_reason === 'outcome_unknown').toBe(mayHaveBeenSent);
    }),
  );
});

test('only a queued message goes on, at a time before its end or without one', () => {
  fc.assert(
    fc.property(anyOutcome, anyAttempt, anyRandom, (outcome, attempt, random) => {
      const move = judge(outcome, attempt, random);
      expect((move.retry_at !== null) !== (move.next !== null)).toBe(move.status === 'queued');
      expect(move.retry_at === null || move.next === null).toBe(true);
      expect((move.retry_at ?? '') < attempt.expires_at).toBe(true);
    }),
  );
});

test('without keys no call follows an unknown one', () => {
  fc.assert(
    fc.property(anyAttempt, anyRandom, (attempt, random) => {
      const move = judge(unknown, { ...attempt, honours_idempotency_keys: false }, random);
      expect(move).toMatchObject(held);
    }),
  );
});
