import type { ConsentEntry } from '@parley/contracts/consent';
import type { ReadConsentItem } from '@parley/contracts/requests/consent';
import type { RequestHandler } from '@parley/platform/bus';
import type { Executor } from '@parley/platform/db';
import { loadLedgers } from './store.ts';

/** Answers what the ledger says of addresses, of all classes, newest first. Throws `Unavailable`. */
export function consentReader(db: Executor): RequestHandler<ReadConsentItem, ConsentEntry[]> {
  return (items) => loadLedgers(db, items);
}
