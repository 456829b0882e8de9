import { describe, expect, test } from '@jest/globals';
import { connectionId } from '@parley/contracts/ids';
import type { Outcome } from '@parley/providers/provider';
import { decide, decideOptedOut, decideOverdue, type AttemptFacts, type Pause } from './decide.ts';

const NOW = Date.UTC(2026, 0, 15, 10);
const SMS = connectionId.parse('sms');
const inMs = (ms: number) => new Date(NOW + ms).toISOString();

const first: AttemptFacts = {
  attempt_no: 1,
  attempts_spent: 0,
  expires_at: inMs(3_600_000),
  unresolved: false,
  connection_id: SMS,
  alternatives: 0,
  honours_idempotency_keys: true,
  on_unknown_outcome: 'retry',
};
const hold = { honours_idempotency_keys: false, on_unknown_outcome: 'hold' } as const;
const accepted: Outcome = { kind: 'accepted', provider_message_id: 'p-1' };
const refused: Outcome = { kind: 'refused', code: '21211', detail: 'Invalid To' };
const throttled = (retry_after_ms: number | null): Outcome => ({ kind: 'throttled', retry_after_ms });
const unavailable = (retry_after_ms: number | null = null, connection_wide = false): Outcome => ({
  kind: 'unavailable',
  reason: 'http_503',
  retry_after_ms,
  connection_wide,
});
const unknown: Outcome = { kind: 'unknown', reason: 'timeout' };

/** With the greatest delay that chance allows, half of it by default. */
const judge = (outcome: Outcome, attempt: Partial<AttemptFacts> = {}, random = 0.5) =>
  decide(outcome, { ...first, ...attempt }, { called: NOW, now: NOW, random: () => random });

const held = { status: 'sending', status_reason: 'outcome_unknown', wait: null } as const;
const retry = (ms: number, avoid: typeof SMS | null = null) =>
  ({ status: 'queued', wait: { for: 'time', until: inMs(ms), avoid } }) as const;
const inLane = (ms: number) => ({
  status: 'queued',
  wait: { for: 'lane', until: inMs(ms) },
  pause: { connection_wide: false, ms, reason: 'throttled' } satisfies Pause,
});
const away = (ms: number): Pause => ({ connection_wide: true, ms, reason: 'unavailable' });

describe('where one outcome leads', () => {
  test.each<[string, Outcome, Partial<AttemptFacts>, object]>([
    [
      'accepted',
      accepted,
      {},
      { status: 'sent', provider_message_id: 'p-1', sent_at: inMs(0), attempts_spent: 0, pause: null },
    ],
    ['accepted after an unknown', accepted, { unresolved: true }, { status: 'sent', status_reason: null }],
    ['refused', refused, {}, { status: 'failed', status_reason: '21211', pause: null }],
    [
      'refused after an unknown, keys honoured',
      refused,
      { unresolved: true },
      { status: 'failed', status_reason: '21211' },
    ],
    ['refused after an unknown, keys not honoured', refused, { ...hold, unresolved: true }, held],
    ['throttled', throttled(null), {}, { ...inLane(500), status_reason: 'throttled', attempts_spent: 0 }],
    ['throttled with a longer Retry-After', throttled(30_000), {}, inLane(30_000)],
    ['throttled with a shorter Retry-After', throttled(100), {}, inLane(500)],
    ['throttled for the fourth time', throttled(null), { attempt_no: 4 }, inLane(4_000)],
    ['throttled for the hundredth time', throttled(null), { attempt_no: 100 }, inLane(4_000)],
    [
      'throttled after an unknown',
      throttled(null),
      { unresolved: true },
      { ...inLane(500), status_reason: 'outcome_unknown' },
    ],
    [
      'unavailable for this message',
      unavailable(),
      {},
      { ...retry(500, SMS), status_reason: 'provider_unavailable', attempts_spent: 1, pause: null },
    ],
    ['unavailable as a whole', unavailable(null, true), {}, { ...inLane(500), pause: away(500) }],
    [
      'unavailable as a whole with Retry-After',
      unavailable(9_000, true),
      {},
      { ...inLane(9_000), attempts_spent: 1, pause: away(9_000) },
    ],
    [
      'unavailable, another connection at hand',
      unavailable(9_000, true),
      { alternatives: 1 },
      { wait: { for: 'time', until: null, avoid: SMS }, attempts_spent: 1, pause: away(9_000) },
    ],
    [
      'unavailable, the other connection before it',
      unavailable(),
      { attempts_spent: 1, alternatives: 1 },
      { ...retry(1_000, SMS), attempts_spent: 2 },
    ],
    [
      'unavailable, the second of three connections',
      unavailable(),
      { attempts_spent: 1, alternatives: 2 },
      { wait: { for: 'time', until: null, avoid: SMS }, attempts_spent: 2 },
    ],
    [
      'unavailable, the last of three connections',
      unavailable(),
      { attempts_spent: 2, alternatives: 2 },
      { ...retry(2_000, SMS), attempts_spent: 3 },
    ],
    [
      'unavailable, the first connection again',
      unavailable(),
      { attempts_spent: 2, alternatives: 1 },
      { wait: { for: 'time', until: null, avoid: SMS }, attempts_spent: 3 },
    ],
    [
      'unavailable after an unknown, another connection at hand',
      unavailable(),
      { unresolved: true, alternatives: 1 },
      { ...retry(500), status_reason: 'outcome_unknown' },
    ],
    [
      'unavailable, three spent',
      unavailable(),
      { attempts_spent: 3 },
      { ...retry(4_000, SMS), attempts_spent: 4 },
    ],
    [
      'unavailable, all spent',
      unavailable(null, true),
      { attempts_spent: 4, alternatives: 1 },
      {
        status: 'failed',
        status_reason: 'provider_unavailable',
        attempts_spent: 5,
        wait: null,
        pause: away(4_000),
      },
    ],
    [
      'unavailable, all spent, after an unknown',
      unavailable(),
      { attempts_spent: 4, unresolved: true },
      held,
    ],
    [
      'unknown, to be retried',
      unknown,
      {},
      { ...retry(500), status_reason: 'outcome_unknown', attempts_spent: 1, pause: null },
    ],
    [
      'unknown, to be retried where keys are not honoured, as its client wants it',
      unknown,
      { honours_idempotency_keys: false },
      retry(500),
    ],
    ['unknown, to be reconciled', unknown, { on_unknown_outcome: 'reconcile' }, retry(500)],
    ['unknown, to be held', unknown, hold, { ...held, attempts_spent: 1 }],
    ['unknown, to be held although keys are honoured', unknown, { on_unknown_outcome: 'hold' }, held],
    ['unknown, all spent', unknown, { attempts_spent: 4 }, { ...held, attempts_spent: 5 }],
    ['unknown, no time for a retry', unknown, { expires_at: inMs(500) }, held],
    [
      'unknown, time over',
      unknown,
      { expires_at: inMs(0) },
      { status: 'failed', status_reason: 'outcome_unknown' },
    ],
    [
      'unknown, to be held, time over',
      unknown,
      { ...hold, expires_at: inMs(0) },
      { status: 'failed', status_reason: 'outcome_unknown' },
    ],
    [
      'throttled, no time left',
      throttled(null),
      { expires_at: inMs(500) },
      { status: 'expired', status_reason: 'throttled', pause: inLane(500).pause },
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
    expect(decideOverdue({ ...first, unresolved: true }, null)).toMatchObject({
      status: 'failed',
      status_reason: 'outcome_unknown',
    });
  });

  test('a message whose recipient opted out fails, unless it may have been sent already', () => {
    expect(decideOptedOut(first, NOW)).toMatchObject({
      status: 'failed',
      status_reason: 'recipient_opted_out',
    });
    expect(decideOptedOut({ ...first, unresolved: true }, NOW)).toMatchObject(held);
  });
});

test('retries of an unavailable provider wait up to 1, 2, 4 and 8 seconds, chosen by chance', () => {
  const delays = [0, 1, 2, 3].map((attempts_spent) => {
    const longest = judge(unavailable(), { attempts_spent }, 1 - Number.EPSILON).wait?.until;
    const shortest = judge(unavailable(), { attempts_spent }, 0).wait?.until;
    return [shortest, longest].map((at) => Date.parse(at ?? '') - NOW);
  });
  expect(delays).toEqual([
    [0, 999],
    [0, 1_999],
    [0, 3_999],
    [0, 7_999],
  ]);
});
