import type { ConnectionId } from '@parley/contracts/ids';
import type { BreakerState } from '@parley/contracts/requests/query-connections';
import type { OpenBreaker } from './breaker-store.ts';
import { EVERY_SENDER, type Lane } from './lane.ts';
import type { LanePause } from './pause-store.ts';
import { createPauses, forgetBefore, type Known } from './pauses.ts';

/** Whether a connection can be called: `half_open` = only to try whether it is back. */
export type Health = 'well' | 'paused' | 'open' | 'half_open';

/** Which lanes are paused and which connections are not well, as far as this process knows. */
export interface Standings {
  healthOf(connection: ConnectionId): Health;
  /** Whether a lane is paused, by itself or with its connection. */
  isPaused(lane: Lane): boolean;
  /** How much longer a lane is paused, by itself or with its connection, ms; 0 = it is not. */
  pausedForMs(lane: Lane): number;
  /** Pauses a lane, or with `EVERY_SENDER` a connection; a longer pause stays. */
  pause(lane: Lane, ms: number): void;
  /** A breaker opened, for so long. */
  open(connection: ConnectionId, ms: number): void;
  /** A breaker is being tried or, when that succeeded, closed. */
  settle(connection: ConnectionId, state: Exclude<BreakerState, 'open'>): void;
  /** Replaces everything that was known when `asked` (from `now`) by what the tables say. */
  replace(asked: number, pauses: readonly LanePause[], breakers: readonly OpenBreaker[]): void;
  /** Monotonic, ms. */
  now(): number;
  /** The connections whose breaker is not closed. */
  unwell(): ConnectionId[];
}

interface KnownBreaker extends Known {
  /** Somebody is trying, or has settled it since. */
  state: 'open' | 'probing' | 'closed';
}

/** Makes an empty memory; what is in it ends by itself. `now` gives a monotonic time in ms. */
export function createStandings(now: () => number = () => performance.now()): Standings {
  const pauses = createPauses(now);
  const breakers = new Map<ConnectionId, KnownBreaker>();

  function healthOf(connection: ConnectionId): Health {
    const breaker = breakers.get(connection);
    if (breaker !== undefined && breaker.state !== 'closed')
      return breaker.state === 'open' && breaker.until > now() ? 'open' : 'half_open';
    return pauses.remainingMs({ connection_id: connection, sender: EVERY_SENDER }) > 0 ? 'paused' : 'well';
  }

  function setBreaker(connection: ConnectionId, state: KnownBreaker['state'], ms = 0): void {
    breakers.set(connection, { state, until: now() + ms, at: now() });
  }

  return {
    healthOf,
    isPaused: (lane) => pauses.remainingMs(lane) > 0,
    pausedForMs: pauses.remainingMs,
    pause: (lane, ms) => pauses.learn(lane, now() + ms),
    open: (connection, ms) => setBreaker(connection, 'open', ms),
    settle: (connection, state) => setBreaker(connection, state === 'closed' ? 'closed' : 'probing'),
    replace: (asked, paused, open) => {
      // What was learnt since is newer than what the tables said.
      pauses.forget(asked);
      forgetBefore(breakers, asked);
      for (const { ms, ...lane } of paused) pauses.learn(lane, asked + ms);
      for (const { connection_id, probing, ms } of open)
        if (!breakers.has(connection_id))
          breakers.set(connection_id, { state: probing ? 'probing' : 'open', until: asked + ms, at: asked });
    },
    now,
    unwell: () => [...breakers].filter(([, { state }]) => state !== 'closed').map(([id]) => id),
  };
}
