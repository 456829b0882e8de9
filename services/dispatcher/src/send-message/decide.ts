import type { ConnectionId } from '@parley/contracts/ids';
import type { LanePaused } from '@parley/contracts/notices/lane-paused';
import type { UnknownPolicy } from '@parley/contracts/sending-choices';
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
  /** The connection that is called. */
  connection_id: ConnectionId;
  /** How many other connections could send it now. */
  alternatives: number;
  /** Whether the provider answers a repeated key as it did the first time. */
  honours_idempotency_keys: boolean;
  /** What is done where nobody knows whether a call sent the message. */
  on_unknown_outcome: UnknownPolicy;
}

/** What a queued message waits for. */
export type Wait =
  /** For an instant (null = at once) when its work is done again. `avoid`: the connection that surely did not send it. */
  | { for: 'time'; until: string | null; avoid: ConnectionId | null }
  /** For its turn in its lane, not before that instant. */
  | { for: 'lane'; until: string };

/** What a call says of others that would go the same way: nothing is to be sent there for a while. */
export interface Pause {
  reason: Exclude<LanePaused['reason'], 'breaker_open'>;
  /** Whether it is about all senders of the connection or only about this one. */
  connection_wide: boolean;
  /** Counted from the end of the call. */
  ms: number;
}

/** Where a message goes from `sending`. `sending` again means held: only a person, a receipt or its deadline moves it. */
export type Move = Standing &
  (
    | { status: 'sent'; status_reason: null; provider_message_id: string; sent_at: string; wait: null }
    | { status: 'queued'; status_reason: string; provider_message_id: null; sent_at: null; wait: Wait }
    | ({ status: 'sending' | 'failed'; status_reason: string } & Nowhere)
    | ({ status: 'expired'; status_reason: string | null } & Nowhere)
  );

interface Standing {
  attempts_spent: number;
  pause: Pause | null;
}

interface Nowhere {
  provider_message_id: null;
  sent_at: null;
  wait: null;
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

/** The `status_reason` of a message of which nobody knows whether it was sent; it stays until something settles it. */
export const OUTCOME_UNKNOWN = 'outcome_unknown';
/** Why the outcome of a call is unknown whose dispatcher did not come back while the message was its own. */
export const LEASE_EXPIRED = 'lease_expired';
/** The `status_reason` of a message that was not sent because its recipient wants none. */
export const OPTED_OUT = 'recipient_opted_out';

const UNAVAILABLE = 'provider_unavailable';
const MAX_SPENT = 5;
const BACKOFF = { baseMs: 1_000, capMs: 8_000 };
const NOWHERE: Nowhere = { provider_message_id: null, sent_at: null, wait: null };

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
        wait: null,
      };
    case 'refused':
      // Who honours keys would have answered as before; who does not may have sent an earlier call and refuse this one.
      return attempt.unresolved && !attempt.honours_idempotency_keys
        ? held(attempt, moment)
        : { ...standing(attempt), ...NOWHERE, status: 'failed', status_reason: outcome.code };
    case 'throttled':
      return afterThrottled(attempt, outcome.retry_after_ms, moment);
    case 'unavailable':
      return afterUnavailable(attempt, outcome, moment);
    case 'unknown':
      return afterUnknown(attempt, moment);
  }
}

/** Judges a message whose time is over before it was called for again. `reason`: why it had to wait, if it had to. */
export function decideOverdue(attempt: Judged, reason: string | null): Move {
  return attempt.unresolved
    ? { ...standing(attempt), ...NOWHERE, status: 'failed', status_reason: OUTCOME_UNKNOWN }
    : { ...standing(attempt), ...NOWHERE, status: 'expired', status_reason: reason };
}

/** Judges a message whose recipient does not want it any more: there is no further call. `now` in epoch ms. */
export function decideOptedOut(attempt: Judged, now: number): Move {
  return attempt.unresolved
    ? held(attempt, { now })
    : { ...standing(attempt), ...NOWHERE, status: 'failed', status_reason: OPTED_OUT };
}

/** Judges a message whose lane is paused before it was called for: it goes on waiting there. `now` in epoch ms. */
export function decidePaused(
  attempt: Judged,
  { reason, ms }: { reason: string; ms: number },
  now: number,
): Move {
  return again(attempt, { now }, { reason, wait: { for: 'lane', until: instantAt(now + ms) } });
}

/** What judging without a call needs to know. */
export type Judged = Pick<AttemptFacts, 'attempts_spent' | 'expires_at' | 'unresolved'>;

/** The lane is full, not the message at fault: it waits there, and costs nothing. */
function afterThrottled(attempt: AttemptFacts, retryAfterMs: number | null, moment: Moment): Move {
  const ms = waitFor(attempt.attempt_no - 1, retryAfterMs, moment);
  const wait: Wait = { for: 'lane', until: instantAt(moment.now + ms) };
  const pause: Pause = { connection_wide: false, ms, reason: 'throttled' };
  return { ...again(attempt, moment, { reason: 'throttled', wait }), pause };
}

function afterUnavailable(
  before: AttemptFacts,
  { retry_after_ms, connection_wide }: Extract<Outcome, { kind: 'unavailable' }>,
  moment: Moment,
): Move {
  const attempt = { ...before, attempts_spent: before.attempts_spent + 1 };
  const ms = waitFor(before.attempts_spent, retry_after_ms, moment);
  const pause: Pause | null = connection_wide ? { connection_wide, ms, reason: 'unavailable' } : null;
  if (attempt.attempts_spent >= MAX_SPENT) return { ...giveUp(attempt, moment), pause };
  // Who may have sent it already is the only one who may be asked again.
  const avoid = attempt.unresolved ? null : attempt.connection_id;
  const until = avoid !== null && !allHaveFailed(attempt) ? null : instantAt(moment.now + ms);
  // While all of the connection is paused it waits where another way is taken as soon as there is one.
  const wait: Wait =
    pause !== null && until !== null ? { for: 'lane', until } : { for: 'time', until, avoid };
  return { ...again(attempt, moment, { reason: UNAVAILABLE, wait }), pause };
}

/** Whether it is the turn of the first connection again: where all have just failed, none is asked at once. */
function allHaveFailed({ attempts_spent, alternatives }: AttemptFacts): boolean {
  return attempts_spent % (alternatives + 1) === 0;
}

function giveUp(attempt: AttemptFacts, moment: Moment): Move {
  return attempt.unresolved
    ? held(attempt, moment)
    : { ...standing(attempt), ...NOWHERE, status: 'failed', status_reason: UNAVAILABLE };
}

function afterUnknown(before: AttemptFacts, moment: Moment): Move {
  const attempt = { ...before, unresolved: true, attempts_spent: before.attempts_spent + 1 };
  if (attempt.on_unknown_outcome === 'hold' || attempt.attempts_spent >= MAX_SPENT)
    return held(attempt, moment);
  const until = instantAt(moment.now + waitFor(before.attempts_spent, null, moment));
  return again(attempt, moment, { reason: OUTCOME_UNKNOWN, wait: { for: 'time', until, avoid: null } });
}

/** Queued for another call, unless that would begin after the message's time. */
function again(
  attempt: Judged,
  moment: Pick<Moment, 'now'>,
  { reason, wait }: { reason: string; wait: Wait },
): Move {
  if ((wait.until ?? instantAt(moment.now)) >= attempt.expires_at)
    return attempt.unresolved ? held(attempt, moment) : decideOverdue(attempt, reason);
  const status_reason = attempt.unresolved ? OUTCOME_UNKNOWN : reason;
  return { ...standing(attempt), ...NOWHERE, status: 'queued', status_reason, wait };
}

/** Held until its deadline, which may be over. */
function held(attempt: Judged, { now }: Pick<Moment, 'now'>): Move {
  if (Date.parse(attempt.expires_at) <= now) return decideOverdue({ ...attempt, unresolved: true }, null);
  return { ...standing(attempt), ...NOWHERE, status: 'sending', status_reason: OUTCOME_UNKNOWN };
}

function standing({ attempts_spent }: Judged): Standing {
  return { attempts_spent, pause: null };
}

function waitFor(exponent: number, retryAfterMs: number | null, { random }: Pick<Moment, 'random'>): number {
  return Math.max(retryAfterMs ?? 0, fullJitter(exponent, { ...BACKOFF, random }));
}

function instantAt(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
