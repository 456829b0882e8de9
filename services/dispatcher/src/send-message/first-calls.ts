import type { SendingChoices, StoredMessage } from '../accept-messages/new-message.ts';
import type { Attempts } from './attempt.ts';
import type { Route } from './choose-route.ts';
import type { Gates, Place } from './gates.ts';
import { unknownPolicy } from './unknown-policy.ts';

/** The room for a call that begins as soon as its message is committed. */
export interface FirstCall {
  route: Route;
  place: Place;
}

/**
 * Calls that the process which accepts a message makes itself: the message is stored as claimed, and needs neither the
 * bus nor a claim of its own. Only for calls that may be repeated, and for messages that still can be sent when their
 * lease is over: should the process end in between, nobody knows whether the call was made.
 */
export interface FirstCalls {
  /** Takes the room for a call; null when there is none, or when the call is to be made by others. */
  reserve(route: Route, message: Reservation): FirstCall | null;
  /** Begins the call for a message that was stored as claimed, at the earliest at `claimed_at`, epoch ms. */
  begin(message: StoredMessage, call: FirstCall, claimed_at: number): void;
  /** How long such a message is this process's, ms. */
  leaseMs: number;
}

/** What of a message decides whether its first call may be made by the process which accepts it. */
export type Reservation = Pick<SendingChoices, 'on_unknown_outcome'> & Pick<StoredMessage, 'expires_at'>;

export interface FirstCallOptions {
  gates: Pick<Gates, 'enter'>;
  attempts: Pick<Attempts, 'begin'>;
  leaseMs: number;
}

/** In a second lease its lost call is found, judged and made again. */
const LEASES = 2;

/** Makes the first calls of a process. */
export function createFirstCalls({ gates, attempts, leaseMs }: FirstCallOptions): FirstCalls {
  return {
    leaseMs,
    reserve: (route, { on_unknown_outcome, expires_at }) => {
      if (unknownPolicy(on_unknown_outcome, route) === 'hold') return null;
      if (Date.parse(expires_at) - Date.now() < LEASES * leaseMs) return null;
      const place = gates.enter(route.url);
      return place === null ? null : { route, place };
    },
    begin: (message, { route, place }, claimed_at) => {
      const claimed = {
        ...message,
        provider: route.connection.id,
        attempt_no: 1,
        attempts_spent: 0,
        asked_at: claimed_at,
        waited_for: null,
        opted_out: false,
        idempotency_key: message.id,
      };
      attempts.begin({ claimed, route, place, slot: null, isTry: false });
    },
  };
}
