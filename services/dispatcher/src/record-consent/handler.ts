import type { ConsentEntry } from '@parley/contracts/consent';
import type { RecordConsentItem } from '@parley/contracts/requests/consent';
import type { RequestHandler } from '@parley/platform/bus';
import type { Executor } from '@parley/platform/db';
import { addConsents } from './store.ts';

/**
 * Adds lines to the consent ledger and answers them after the commit; from then on every accept and every claim goes
 * by them. An id that is there already is answered as it was recorded first. Throws `Unavailable`.
 */
export function consentRecorder(db: Executor): RequestHandler<RecordConsentItem, ConsentEntry> {
  return async (entries) => {
    const standing = await addConsents(db, entries);
    return entries.map(({ id }) => {
      const line = standing.get(id);
      if (line === undefined) throw new Error('a line was neither added nor there');
      return line;
    });
  };
}
