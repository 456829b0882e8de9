import { consentClass, consentState } from '@parley/contracts/consent';
import { z } from 'zod';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import type { Operation } from '../describe-api/operation.ts';
import type { Owners } from '../owners.ts';
import { notFound } from '../read-fields.ts';
import { consentingParty, consentResource, shownConsent } from '../record-consent/decide.ts';

/** Most lines that are told of one address. */
const LIMIT = 200;

/** What the ledger says of an address: its state, null without any line, and its lines, newest first. */
export function readConsent(owners: Pick<Owners, 'readConsent'>): KeyedHandler {
  return async ({ params }, { account_id }) => {
    const party = consentingParty(params['address'] ?? '');
    if (party === null) throw notFound('address');
    const entries = await owners.readConsent({ account_id, address: party.address, limit: LIMIT });
    const latest = entries.find(({ type_class }) => type_class === party.type_class);
    const data = entries.map(consentResource);
    return { status: 200, body: { ...party, state: latest?.state ?? null, data } };
  };
}

const consentOfAddress = z.object({
  type_class: consentClass,
  address: z.string(),
  state: consentState.nullable().describe('Null = nothing is known.'),
  data: z.array(shownConsent),
});

/** What it tells of itself. */
export const readConsentDocs: Operation = {
  id: 'readConsent',
  summary: 'Ask whether an address may be written to',
  reply: { status: 200, is: 'Its state, and the newest 200 lines that say so.', schema: consentOfAddress },
};
