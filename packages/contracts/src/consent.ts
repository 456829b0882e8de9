import { z } from 'zod';
import { accountId } from './ids.ts';
import { instant } from './text.ts';

/** What a consent is about: texts (SMS and MMS) or e-mail. */
export const consentClass = z.enum(['sms', 'email']);
export type ConsentClass = z.infer<typeof consentClass>;

/** Whether someone may be written to. */
export const consentState = z.enum(['opted_in', 'opted_out']);
export type ConsentState = z.infer<typeof consentState>;

/** One line of the consent ledger, which is only ever added to. The latest by (received_at, id) counts. */
export const consentEntry = z.object({
  id: z.uuid(),
  account_id: accountId,
  type_class: consentClass,
  /** In its stored form. */
  address: z.string(),
  state: consentState,
  /** How it came: by the API, by a keyword in an inbound message, by one-click unsubscribe. */
  source: z.enum(['api', 'keyword', 'one_click']),
  /** What proves it, in the words of whoever recorded it. */
  evidence: z.string().nullable(),
  received_at: instant,
});
export type ConsentEntry = z.infer<typeof consentEntry>;
