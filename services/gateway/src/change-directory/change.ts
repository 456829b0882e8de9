import type { AccountId } from '@parley/contracts/ids';
import { directoryChanged } from '@parley/contracts/notices/directory-changed';
import { inTransaction } from '@parley/platform/db';
import { addToOutbox, noticeRow, type Outbox } from '@parley/platform/outbox';
import type { Kysely, Transaction } from 'kysely';
import type { Tables } from '../database.ts';
import { raiseVersion } from './store.ts';

/** What changing the directory needs. */
export interface Directory {
  db: Kysely<Tables>;
  outbox: Outbox;
  /** Makes this process forget what it remembers of the directory. */
  forget(): void;
}

/** One change of an account's directory; null means that there was nothing to change. */
export type Change<Result> = (trx: Transaction<Tables>) => Promise<Result | null>;

/**
 * Commits a change together with the account's next version and the notice of it. Once it resolves, the next
 * request sees it, here at once and elsewhere by the version. Throws `Unavailable`.
 */
export async function changeDirectory<Result>(
  { db, outbox, forget }: Directory,
  account_id: AccountId,
  change: Change<Result>,
): Promise<Result | null> {
  const committed = await inTransaction(db, async (trx) => {
    const result = await change(trx);
    if (result === null) return null;
    const notice = noticeRow(directoryChanged, { account_id, version: await raiseVersion(trx, account_id) });
    await addToOutbox(trx, [notice]);
    return { result, notice };
  });
  if (committed === null) return null;
  forget();
  outbox.publishNow([committed.notice]);
  return committed.result;
}
