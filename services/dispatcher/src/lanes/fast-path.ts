import type { AccountId, ConnectionId } from '@parley/contracts/ids';
import { createRecentCounts } from './recent-counts.ts';

/**
 * Decides whose work may go straight to the bus. What is there cannot be overtaken, so nobody may put more on it than
 * is sent for him: what goes beyond waits in a lane, where all take turns.
 */
export interface FastPath {
  /** Whether this piece of work may go to the bus; if so, it counts as published. */
  admit(account: AccountId, connection: ConnectionId): boolean;
  /** A message of the account is being sent here. */
  sent(account: AccountId): void;
  /** These connections have lanes that could not be emptied although they could be taken from. */
  setBacklogged(connections: ReadonlySet<ConnectionId>): void;
  /** Whether there are any such. */
  isCrowded(): boolean;
}

/** So many may always be under way, however few were sent lately. */
const ALWAYS = 50;

/** Makes the rule: at most as many published in two seconds as were sent in two, and none past others that wait. */
export function createFastPath(now?: () => number): FastPath {
  const published = createRecentCounts(now);
  const sent = createRecentCounts(now);
  let backlogged: ReadonlySet<ConnectionId> = new Set();
  return {
    admit: (account, connection) => {
      if (backlogged.has(connection)) return false;
      if (published.of(account) >= Math.max(ALWAYS, sent.of(account))) return false;
      published.add(account, 1);
      return true;
    },
    sent: (account) => sent.add(account, 1),
    setBacklogged: (connections) => {
      backlogged = connections;
    },
    isCrowded: () => backlogged.size > 0,
  };
}
