import type { ConnectionId } from '@parley/contracts/ids';
import { lanePaused } from '@parley/contracts/notices/lane-paused';
import { inTransaction } from '@parley/platform/db';
import { addToOutbox, noticeRow, type Outbox, type OutboxRow } from '@parley/platform/outbox';
import { messageOf, type Logger } from '@parley/platform/runtime';
import type { Outcome } from '@parley/providers/provider';
import type { Database } from '../database.ts';
import { closeBreaker, openBreaker, releaseProbe, takeProbe } from './breaker-store.ts';
import { createCallWindow, type CallWindow } from './call-window.ts';
import type { Standings } from './standings.ts';

/** Keeps calls away from connections that fail too often. None of its functions throws. */
export interface Breakers {
  /** Counts the end of a call that was no try. */
  record(connection: ConnectionId, recipient: string, outcome: Outcome['kind']): void;
  /** Takes the right to try a connection that is half open: one call at a time, over all instances. */
  tryOnce(connection: ConnectionId): Promise<boolean>;
  /** Says what came of a try; null = there was no call. */
  tried(connection: ConnectionId, outcome: Outcome['kind'] | null): Promise<void>;
}

export interface BreakersOptions {
  db: Database;
  outbox: Pick<Outbox, 'publishNow'>;
  standings: Standings;
  logger: Logger;
  /** How long a try may take before another one is allowed, ms. */
  tryMs: number;
}

/** How long a connection is left alone while the database cannot tell the others, ms. */
const ALONE_MS = 5_000;

/** What says that a connection is not working, whatever the message was. */
const FAILURES: ReadonlySet<Outcome['kind']> = new Set(['unavailable', 'unknown']);

/** Makes the breakers of a process: it counts its own calls, and what it finds holds for all. */
export function createBreakers(options: BreakersOptions): Breakers {
  const { db, standings, logger, tryMs } = options;
  const windows = new Map<ConnectionId, CallWindow>();
  const asking = new Set<ConnectionId>();

  function windowOf(connection: ConnectionId): CallWindow {
    const window = windows.get(connection) ?? createCallWindow(standings.now);
    windows.set(connection, window);
    return window;
  }

  async function tried(connection: ConnectionId, outcome: Outcome['kind'] | null): Promise<void> {
    if (outcome !== null && FAILURES.has(outcome)) return open(connection, options);
    try {
      await (outcome === null ? releaseProbe(db, connection) : closeBreaker(db, connection));
      standings.settle(connection, outcome === null ? 'half_open' : 'closed');
      if (outcome !== null) logger.info({ connection }, 'a connection is back');
    } catch (error) {
      // The right to try ends by itself.
      logger.warn({ connection, err: error }, `a try cannot be recorded: ${messageOf(error)}`);
    }
  }

  return {
    record: (connection, recipient, outcome) => {
      // What began before it opened says nothing new.
      if (standings.healthOf(connection) === 'open' || standings.healthOf(connection) === 'half_open') return;
      const window = windowOf(connection);
      if (!window.record(recipient, FAILURES.has(outcome))) return;
      window.clear();
      void open(connection, options);
    },
    tryOnce: async (connection) => {
      if (asking.has(connection)) return false;
      asking.add(connection);
      try {
        return await takeProbe(db, connection, tryMs);
      } catch {
        return false;
      } finally {
        asking.delete(connection);
      }
    },
    tried,
  };
}

/** Opens a breaker for all instances. */
async function open(connection: ConnectionId, options: BreakersOptions): Promise<void> {
  const { db, outbox, standings, logger } = options;
  // At once, here: what is in hand meanwhile would fail too.
  standings.open(connection, ALONE_MS);
  try {
    const rows = await inTransaction(db, async (trx): Promise<OutboxRow[]> => {
      const until = await openBreaker(trx, connection, Math.random());
      if (until === null) return [];
      const notice = { connection_id: connection, sender: null, until, reason: 'breaker_open' } as const;
      const rows = [noticeRow(lanePaused, notice)];
      await addToOutbox(trx, rows);
      return rows;
    });
    outbox.publishNow(rows);
    if (rows.length > 0) logger.warn({ connection }, 'a connection fails too often and is left alone');
  } catch (error) {
    logger.warn({ connection, err: error }, `nobody can be told: ${messageOf(error)}`);
  }
}
