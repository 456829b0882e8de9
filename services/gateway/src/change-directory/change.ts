import type { Outbox } from '@parley/platform/outbox';
import type { Kysely } from 'kysely';
import type { Act } from '../audit-acts/act.ts';
import { insertAct } from '../audit-acts/store.ts';
import type { Tables } from '../database.ts';
import { commitChange, type Change } from './commit.ts';

/** The directory as its owner has it: what reading and changing it need. */
export interface OwnDirectory {
  db: Kysely<Tables>;
  outbox: Outbox;
  /** Makes this process forget what it remembers of the directory. */
  forget(): void;
}

/**
 * Changes an account's directory and says so in the audit log; null when there was nothing to change. Once it resolves, the next request sees
 * the change, here at once and elsewhere by the account's version. Throws `Unavailable`.
 */
export async function changeDirectory<Result>(
  { db, outbox, forget }: OwnDirectory,
  act: Act,
  change: Change<Result>,
): Promise<Result | null> {
  const committed = await commitChange(db, act.account_id, async (trx) => {
    const result = await change(trx);
    if (result !== null) await insertAct(trx, act);
    return result;
  });
  if (committed === null) return null;
  forget();
  outbox.publishNow([committed.notice]);
  return committed.result;
}
