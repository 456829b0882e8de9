import type { UnknownPolicy } from '@parley/contracts/sending-choices';
import type { StoredMessage } from '../accept-messages/new-message.ts';
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
 * bus nor a claim of its own. For calls that may be repeated only: should the process end in between, nobody knows
 * whether the call was made.
 */
export interface FirstCalls {
  /** Takes the room for a call; null when there is none, or when the call could not be repeated. */
  reserve(route: Route, chosen: UnknownPolicy | null): FirstCall | null;
  /** Begins the call for a message that was stored as claimed, at the earliest at `claimed_at`, epoch ms. */
  begin(message: StoredMessage, call: FirstCall, claimed_at: number): void;
  /** How long such a message is this process's, ms. */
  leaseMs: number;
}

export interface FirstCallOptions {
  gates: Pick<Gates, 'enter'>;
  attempts: Pick<Attempts, 'begin'>;
  leaseMs: number;
}

/** Makes the first calls of a process. */
export function createFirstCalls({ gates, attempts, leaseMs }: FirstCallOptions): FirstCalls {
  return {
    leaseMs,
    reserve: (route, chosen) => {
      if (unknownPolicy(chosen, route) === 'hold') return null;
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
