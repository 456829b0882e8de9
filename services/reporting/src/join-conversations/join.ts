import type { ConversationId } from '@parley/contracts/ids';
import { inTransaction } from '@parley/platform/db';
import type { Directory } from '@parley/platform/directory';
import { repeat, Unavailable, type Logger, type Part } from '@parley/platform/runtime';
import type { Kysely } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { idsOf } from './decide.ts';
import { followOwners } from './follow-owners.ts';
import { dropUnjoined, join, loadJoinable, loadUnjoined, lockAliases } from './store.ts';

const INTERVAL_MS = 1_000;
const MAX_AT_ONCE = 100;

export interface JoinOptions {
  directory: Pick<Directory, 'addressOwners'>;
  logger: Logger;
}

/** Joins the conversations of an address with those of the user whose it became, within about a second. */
export function joinConversations(db: Kysely<ReportingTables>, options: JoinOptions): Part {
  const { logger } = options;
  return repeat({ name: 'join conversations', intervalMs: INTERVAL_MS, logger, run: joiner(db, options) });
}

/** Makes the function that joins everything that is known to belong together. It throws `Unavailable`. */
export function createJoinAll(
  db: Kysely<ReportingTables>,
  options: JoinOptions,
): (signal: AbortSignal) => Promise<void> {
  const join = joiner(db, options);
  return async (signal) => {
    while (await join(signal)) signal.throwIfAborted();
  };
}

/** Learns whose addresses are, and joins some; true when some are left. */
function joiner(db: Kysely<ReportingTables>, { directory, logger }: JoinOptions) {
  const follow = followOwners(db, directory);
  return async (stopping: AbortSignal): Promise<boolean> => {
    await follow();
    return joinSome(db, logger, stopping);
  };
}

/** Joins what belongs together; true when some are left. Throws `Unavailable`. */
export async function joinSome(
  db: Kysely<ReportingTables>,
  logger: Pick<Logger, 'error'>,
  stopping: AbortSignal,
): Promise<boolean> {
  const ids = await loadUnjoined(db, MAX_AT_ONCE);
  for (const id of ids) {
    if (stopping.aborted) break;
    await joinOne(db, id).catch(async (error: unknown) => {
      if (error instanceof Unavailable) throw error;
      // It stays apart until something else happens to it; the others must not wait for that.
      logger.error({ conversation_id: id, err: error }, 'a conversation could not be joined');
      await dropUnjoined(db, id);
    });
  }
  return ids.length === MAX_AT_ONCE;
}

function joinOne(db: Kysely<ReportingTables>, id: ConversationId): Promise<void> {
  return inTransaction(db, async (trx) => {
    await lockAliases(trx);
    const conversation = await loadJoinable(trx, id);
    const ids = conversation === null ? [] : idsOf(conversation);
    if (conversation !== null && ids.length > 0) await join(trx, conversation, ids);
    await dropUnjoined(trx, id);
  });
}
