import type { KeyedHandler } from '../authenticate/authenticate.ts';
import type { Owners } from '../owners.ts';
import { notFound } from '../read-fields.ts';
import { consentingParty, consentResource } from '../record-consent/decide.ts';

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
