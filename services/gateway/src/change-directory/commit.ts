import type { AccountId } from '@parley/contracts/ids';
import { directoryChanged } from '@parley/contracts/notices/directory-changed';
import { inTransaction } from '@parley/platform/db';
import { addToOutbox, noticeRow, type OutboxRow } from '@parley/platform/outbox';
import type { Kysely, Transaction } from 'kysely';
import type { Tables } from '../database.ts';
import { raiseVersion } from './store.ts';

/** One change of an account's directory; null means that there was nothing to change. */
export type Change<Result> = (trx: Transaction<Tables>) => Promise<Result | null>;

/**
 * Commits a change together with the account's next version and the notice of it; null when nothing was changed.
 * Throws `Unavailable`.
 */
export async function commitChange<Result>(
  db: Kysely<Tables>,
  account_id: AccountId,
  change: Change<Result>,
): Promise<{ result: Result; notice: OutboxRow } | null> {
  return inTransaction(db, async (trx) => {
    const result = await change(trx);
    if (result === null) return null;
    const notice = noticeRow(directoryChanged, { account_id, version: await raiseVersion(trx, account_id) });
    await addToOutbox(trx, [notice]);
    return { result, notice };
  });
}
