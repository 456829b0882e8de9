import { newOrderedRowId } from '@parley/contracts/ids';
import { readJson } from '@parley/platform/http';
import { actOf } from '../audit-acts/act.ts';
import type { Audit } from '../audit-acts/audit.ts';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import type { Operation } from '../describe-api/operation.ts';
import type { Owners } from '../owners.ts';
import { MAX_BODY_BYTES, readFields } from '../read-fields.ts';
import { consentResource, recordConsentRequest, shownConsent } from './decide.ts';

export interface RecordConsentOptions {
  owners: Pick<Owners, 'recordConsent'>;
  audit: Audit;
}

/** Adds a line to the ledger of who may be written to: it counts for every message that is sent from then on. */
export function recordConsent({ owners, audit }: RecordConsentOptions): KeyedHandler {
  return async (request, caller) => {
    const body = readFields(recordConsentRequest, await readJson(request, MAX_BODY_BYTES));
    const entry = {
      ...body,
      id: newOrderedRowId(),
      account_id: caller.account_id,
      source: 'api' as const,
      // Gateways' clocks may differ: an opt-out must not lose to an older opt-in.
      received_at: null,
    };
    const { type_class, state } = body;
    const act = actOf(caller, 'consent.record', { subject: entry.id, details: { type_class, state } });
    const recorded = await audit(act, () => owners.recordConsent(entry));
    return { status: 201, body: consentResource(recorded) };
  };
}

/** What it tells of itself. */
export const recordConsentDocs: Operation = {
  id: 'recordConsent',
  summary: 'Record that somebody may, or may not, be written to',
  body: {
    schema: recordConsentRequest,
    examples: { 'An opt-out': { address: '+12025550141', state: 'opted_out', evidence: 'Called us.' } },
  },
  problems: ['outcome_unknown'],
  reply: { status: 201, is: 'The line.', schema: shownConsent },
};
