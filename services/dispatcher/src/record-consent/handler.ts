import type { ConsentEntry } from '@parley/contracts/consent';
import type { RequestHandler } from '@parley/platform/bus';
import type { Executor } from '@parley/platform/db';
import { addConsents } from './store.ts';

/**
 * Adds lines to the consent ledger and answers them after the commit; from then on every accept and every claim goes
 * by them. An id that is there already is answered as it was recorded first. Throws `Unavailable`.
 */
export function consentRecorder(db: Executor): RequestHandler<ConsentEntry, ConsentEntry> {
  return async (entries) => {
    const standing = await addConsents(db, entries);
    return entries.map((entry) => standing.get(entry.id) ?? entry);
  };
}
