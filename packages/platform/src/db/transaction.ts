import type { Kysely, Transaction } from 'kysely';
import { asUnavailable, isRetryable } from './failures.ts';

const MAX_TRIES = 5;

/**
 * Runs `work` in one transaction and commits it; if it throws, nothing happened. Deadlocks and serialization
 * failures run it again, up to five times, so it must have no effect but on the transaction.
 * Throws `Unavailable` when the database cannot be reached.
 */
export async function inTransaction<Tables, Result>(
  db: Kysely<Tables>,
  work: (trx: Transaction<Tables>) => Promise<Result>,
): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      if (!isRetryable(error) || tries === MAX_TRIES) throw asUnavailable(error);
    }
  }
}
