import { normalizeEmail, normalizeNumber } from '@parley/contracts/address';
import {
  consentClass,
  consentEntry,
  consentState,
  type ConsentClass,
  type ConsentEntry,
} from '@parley/contracts/consent';
import { text } from '@parley/contracts/text';
import { z } from 'zod';

const MAX_EVIDENCE_CHARACTERS = 2_000;

/** Whom a consent is about. */
export interface Consenting {
  type_class: ConsentClass;
  /** In its stored form. */
  address: string;
}

/** Whose consent can be asked for: a phone number for texts, an e-mail address for e-mail; null for anything else. */
export function consentingParty(input: string): Consenting | null {
  const number = normalizeNumber(input);
  if (number !== null) return { type_class: 'sms', address: number };
  const email = normalizeEmail(input);
  return email === null ? null : { type_class: 'email', address: email };
}

/** The body of `POST /v1/consent`, its address normalised. */
export const recordConsentRequest = z
  .strictObject({
    address: text,
    state: consentState,
    type_class: consentClass.nullish(),
    evidence: text.min(1).max(MAX_EVIDENCE_CHARACTERS).nullish(),
  })
  .transform(({ address, state, type_class, evidence }, context) => {
    const party = consentingParty(address);
    const refuse = (field: string, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message });
    if (party === null) refuse('address', 'is neither a phone number (E.164) nor an e-mail address');
    else if (type_class && type_class !== party.type_class)
      refuse('type_class', `is not what this address is for: ${party.type_class}`);
    else return { ...party, state, evidence: evidence ?? null };
    return z.NEVER;
  });

/** A line of the ledger as clients see it. */
export const shownConsent = consentEntry.omit({ account_id: true }).meta({ id: 'Consent' });

/** Turns a line of the ledger into what the API answers. */
export function consentResource({ account_id: _, ...entry }: ConsentEntry): z.infer<typeof shownConsent> {
  return entry;
}
