import type { MessageStatus } from '@parley/contracts/message-status';
import { fullJitter } from '@parley/platform/runtime';
import type { Outcome } from '@parley/providers/provider';

/** What judging a call needs to know of its message. */
export interface AttemptFacts {
  /** Calls so far, this one included. */
  attempt_no: number;
  /** Calls before this one that count against the limit. */
  attempts_spent: number;
  expires_at: string;
  /** An earlier call may have sent the message, and nothing has settled that yet. */
  unresolved: boolean;
  /** Whether the provider answers a repeated key as it did the first time. */
  honours_idempotency_keys: boolean;
  /** Whether another connection could send it now. */
  alternative: boolean;
}

/** Where a message goes from `sending`. */
export interface Move {
  /** `sending` again means held: nothing more happens by itself. */
  status: Extract<MessageStatus, 'queued' | 'sending' | 'sent' | 'failed' | 'expired'>;
  status_reason: string | null;
  attempts_spent: number;
  provider_message_id: string | null;
  sent_at: string | null;
  /** When a queued message is tried again, an instant; null when that is not a matter of time. */
  retry_at: string | null;
  /**
   * How a queued message goes on without a time: `lane` = when its lane has a place for it, `failover` = at once,
   * through another connection. Null for everything else.
   */
  next: 'lane' | 'failover' | null;
  /** What this call says about other messages; null = nothing. */
  pause: Pause | null;
}

/** Nothing is to be sent through a lane for a while. */
export interface Pause {
  /** All lanes of the connection, not only that of the sender. */
  connection_wide: boolean;
  /** Counted from the end of the call. */
  ms: number;
  reason: 'throttled' | 'unavailable';
}

/** When it is and what chance says. */
export interface Moment {
  /** When the call began, epoch ms. */
  called: number;
  /** Epoch ms. */
  now: number;
  /** Gives [0, 1). */
  random: () => number;
}

/** The `status_reason` of a message of which nobody knows whether it was sent; it stays until a call settles it. */
export const OUTCOME_UNKNOWN = 'outcome_unknown';

const MAX_SPENT = 5;
const BACKOFF = { baseMs: 1_000, capMs: 8_000 };

/** Judges what a call came to: sent, over, to be tried again, or held because only a person can tell. */
export function decide(outcome: Outcome, attempt: AttemptFacts, moment: Moment): Move {
  switch (outcome.kind) {
    case 'accepted':
      return {
        ...standing(attempt),
        status: 'sent',
        status_reason: null,
        provider_message_id: outcome.provider_message_id,
        // The provider's clock may say that it arrived before its answer did, but not before it was asked.
        sent_at: instantAt(moment.called),
      };
    case 'refused':
      return { ...standing(attempt), status: 'failed', status_reason: outcome.code };
    case 'throttled': {
      const ms = waitFor(attempt.attempt_no - 1, outcome.retry_after_ms, moment);
      const reason = 'throttled';
      const move = again(attempt, { at: moment.now + ms, next: 'lane', reason });
      return { ...move, pause: { connection_wide: false, ms, reason } };
    }
    case 'unavailable':
      return afterUnavailable(attempt, outcome, moment);
    case 'unknown':
      return afterUnknown(attempt, moment);
  }
}

/** Judges a message whose time is over before it was called for again. `reason`: why it had to wait, if it had to. */
export function decideOverdue(attempt: AttemptFacts, reason: string | null): Move {
  return attempt.unresolved
    ? held(attempt)
    : { ...standing(attempt), status: 'expired', status_reason: reason };
}

function afterUnavailable(
  before: AttemptFacts,
  { retry_after_ms, connection_wide }: Extract<Outcome, { kind: 'unavailable' }>,
  moment: Moment,
): Move {
  const attempt = { ...before, attempts_spent: before.attempts_spent + 1 };
  const ms = waitFor(before.attempts_spent, retry_after_ms, moment);
  const pause: Pause | null = connection_wide ? { connection_wide, ms, reason: 'unavailable' } : null;
  const reason = 'provider_unavailable';
  if (attempt.attempts_spent >= MAX_SPENT) {
    const failed: Move = { ...standing(attempt), status: 'failed', status_reason: reason };
    return { ...(attempt.unresolved ? held(attempt) : failed), pause };
  }
  // One that may have been sent through this connection is never sent through another.
  if (attempt.alternative && !attempt.unresolved)
    return { ...again(attempt, { at: moment.now, next: 'failover', reason }), pause };
  return { ...again(attempt, { at: moment.now + ms, next: null, reason }), pause };
}

function afterUnknown(before: AttemptFacts, moment: Moment): Move {
  const attempt = { ...before, unresolved: true, attempts_spent: before.attempts_spent + 1 };
  if (!attempt.honours_idempotency_keys || attempt.attempts_spent >= MAX_SPENT) return held(attempt);
  const at = moment.now + waitFor(before.attempts_spent, null, moment);
  return again(attempt, { at, next: null, reason: OUTCOME_UNKNOWN });
}

/** Queued for another call, unless that would begin after the message's time. */
function again(
  attempt: AttemptFacts,
  { at, next, reason }: Pick<Move, 'next'> & { at: number; reason: string },
): Move {
  if (at >= Date.parse(attempt.expires_at)) return decideOverdue(attempt, reason);
  return {
    ...standing(attempt),
    status: 'queued',
    status_reason: attempt.unresolved ? OUTCOME_UNKNOWN : reason,
    retry_at: next === null ? instantAt(at) : null,
    next,
  };
}

function held(attempt: AttemptFacts): Move {
  return { ...standing(attempt), status: 'sending', status_reason: OUTCOME_UNKNOWN };
}

function standing({ attempts_spent }: AttemptFacts) {
  return {
    attempts_spent,
    provider_message_id: null,
    sent_at: null,
    retry_at: null,
    next: null,
    pause: null,
  };
}

function waitFor(exponent: number, retryAfterMs: number | null, { random }: Moment): number {
  return Math.max(retryAfterMs ?? 0, fullJitter(exponent, { ...BACKOFF, random }));
}

function instantAt(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
