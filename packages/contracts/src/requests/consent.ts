import { z } from 'zod';
import { consentEntry, type ConsentEntry } from '../consent.ts';
import type { RequestContract } from '../contract.ts';
import { accountId } from '../ids.ts';
import { instant } from '../text.ts';

const recordItem = consentEntry.extend({
  /** Null = when it is recorded, by the clock that all lines are then ordered by. */
  received_at: instant.nullable(),
});
export type RecordConsentItem = z.infer<typeof recordItem>;

/** Add a line to the consent ledger: answered by dispatcher after the commit; the same id twice is one line. */
export const recordConsent: RequestContract<RecordConsentItem, ConsentEntry> = {
  subject: 'dispatcher.record-consent',
  version: 1,
  item: recordItem,
  reply: consentEntry,
};

const readItem = z.object({ account_id: accountId, address: z.string(), limit: z.int().min(1).max(200) });
export type ReadConsentItem = z.infer<typeof readItem>;

/** The lines of an address, of all classes, newest first. */
export const readConsent: RequestContract<ReadConsentItem, ConsentEntry[]> = {
  subject: 'dispatcher.read-consent',
  version: 1,
  item: readItem,
  reply: z.array(consentEntry),
};
