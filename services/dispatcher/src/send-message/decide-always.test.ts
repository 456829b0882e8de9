import { expect, test } from '@jest/globals';
import { connectionId } from '@parley/contracts/ids';
import { unknownPolicy } from '@parley/contracts/sending-choices';
import type { Outcome } from '@parley/providers/provider';
import fc from 'fast-check';
import { decide, type AttemptFacts, type Move } from './decide.ts';

const NOW = Date.UTC(2026, 0, 15, 10);
const SMS = connectionId.parse('sms');
const inMs = (ms: number) => new Date(NOW + ms).toISOString();

const anyOutcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.constant<Outcome>({ kind: 'accepted', provider_message_id: 'p-1' }),
  fc.constant<Outcome>({ kind: 'refused', code: '21211', detail: 'Invalid To' }),
  fc.constant<Outcome>({ kind: 'unknown', reason: 'timeout' }),
  fc.option(fc.nat(3_600_000)).map((retry_after_ms): Outcome => ({ kind: 'throttled', retry_after_ms })),
  fc.record({
    kind: fc.constant('unavailable'),
    reason: fc.constant('http_503'),
    retry_after_ms: fc.option(fc.nat(3_600_000)),
    connection_wide: fc.boolean(),
  }),
);
const anyAttempt: fc.Arbitrary<AttemptFacts> = fc.record({
  attempt_no: fc.integer({ min: 1, max: 1_000 }),
  attempts_spent: fc.nat(4),
  expires_at: fc.integer({ min: -1_000, max: 5_000_000 }).map(inMs),
  unresolved: fc.boolean(),
  connection_id: fc.constant(SMS),
  alternatives: fc.nat({ max: 3 }),
  honours_idempotency_keys: fc.boolean(),
  on_unknown_outcome: fc.constantFrom(...unknownPolicy.options),
});
const anyRandom = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const always = (check: (outcome: Outcome, attempt: AttemptFacts, move: Move) => void) =>
  fc.assert(
    fc.property(anyOutcome, anyAttempt, anyRandom, (outcome, attempt, random) =>
      check(outcome, attempt, decide(outcome, attempt, { called: NOW, now: NOW, random: () => random })),
    ),
  );

test('whatever happens, a message that may have been sent says so, is never expired and goes nowhere else', () => {
  always((outcome, attempt, move) => {
    const settles = attempt.honours_idempotency_keys || !attempt.unresolved;
    const settled = outcome.kind === 'accepted' || (outcome.kind === 'refused' && settles);
    const mayHaveBeenSent = !settled && (attempt.unresolved || outcome.kind === 'unknown');
    expect(move.status_reason === 'outcome_unknown').toBe(mayHaveBeenSent);
    const goesElsewhere = move.wait?.for === 'time' && move.wait.avoid !== null;
    expect(mayHaveBeenSent && (move.status === 'expired' || goesElsewhere)).toBe(false);
  });
});

test('a message is called failed for want of an answer only when its time is over', () => {
  always((_, { expires_at }, { status, status_reason }) => {
    const isGivenUp = status === 'failed' && status_reason === 'outcome_unknown';
    const isUnknown = status_reason === 'outcome_unknown';
    expect(isGivenUp).toBe(isUnknown && expires_at <= inMs(0));
  });
});

test('a retry is always before the end of the message, and nothing else has one', () => {
  always((_, { expires_at }, { status, wait }) => {
    expect(wait !== null).toBe(status === 'queued');
    expect((wait?.until ?? '') < expires_at).toBe(true);
  });
});

test('only an unavailable provider makes a message go another way, and only a known one costs nothing', () => {
  always((outcome, { attempts_spent }, move) => {
    const goesElsewhere = move.wait?.for === 'time' && move.wait.avoid !== null;
    expect(goesElsewhere && outcome.kind !== 'unavailable').toBe(false);
    const isCounted = outcome.kind === 'unavailable' || outcome.kind === 'unknown';
    expect(move.attempts_spent).toBe(attempts_spent + (isCounted ? 1 : 0));
  });
});

test('held by policy, no call follows one of which nobody knows', () => {
  fc.assert(
    fc.property(anyAttempt, anyRandom, (attempt, random) => {
      const move = decide(
        { kind: 'unknown', reason: 'timeout' },
        { ...attempt, on_unknown_outcome: 'hold' },
        { called: NOW, now: NOW, random: () => random },
      );
      expect(move.status).not.toBe('queued');
    }),
  );
});
