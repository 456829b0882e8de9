import type { Kysely, Transaction } from 'kysely';
import { OutcomeUnknown, Unavailable } from '../runtime/unavailable.ts';
import { asUnavailable, isRetryable } from './failures.ts';

const MAX_TRIES = 5;

/**
 * Runs `work` in one transaction and commits it. Deadlocks and serialization failures run it again, up to five
 * times, so it must have no effect but on the transaction. If it throws, nothing happened, with one exception:
 * `OutcomeUnknown` says that the database was lost during the commit. Throws `Unavailable` when the database
 * cannot be reached, or found a deadlock every time.
 */
export async function inTransaction<Tables, Result>(
  db: Kysely<Tables>,
  work: (trx: Transaction<Tables>) => Promise<Result>,
): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    let worked = false;
    try {
      return await db.transaction().execute(async (trx) => {
        const result = await work(trx);
        worked = true;
        return result;
      });
    } catch (error) {
      const undone = isRetryable(error);
      if (undone && tries < MAX_TRIES) continue;
      const failure = asUnavailable(error);
      throw worked && !undone && failure instanceof Unavailable
        ? new OutcomeUnknown('the database was lost during a commit', { cause: error })
        : failure;
    }
  }
}
