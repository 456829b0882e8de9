import type { Outcome } from '../calls/outcome.ts';

/** What calls to a magic recipient come to: every call, or the first one for each message. */
export interface Magic {
  calls: 'every' | 'first';
  outcome: Outcome;
}

const every = (outcome: Outcome): Magic => ({ calls: 'every', outcome });
const first = (outcome: Outcome): Magic => ({ calls: 'first', outcome });
const refused = (code: string, detail: string): Magic => every({ status: 400, code, detail });
const failed = (error_code: string): Magic => every({ receipt: 'failed', error_code });

const THROTTLED: Outcome = { status: 429, retry_after: 2 };
const BROKEN: Outcome = { status: 500 };
const AWAY: Outcome = { status: 503, retry_after: 1 };
const TAKEN_UNANSWERED: Outcome = { accept_then_drop: true };
const LOST: Outcome = { drop: true };
/** Later than callers wait. */
const TOO_LATE: Outcome = { delay_ms: 15_000 };
const SLOW: Outcome = { delay_ms: 3_000 };
const NO_RECEIPT: Outcome = { receipt: 'none' };
const READ: Outcome = { receipt: 'read' };

const NUMBERS: Readonly<Record<string, Magic>> = {
  '+15005550001': refused('21211', 'This is not a valid phone number.'),
  '+15005550002': refused('21612', 'This number cannot be reached from this sender.'),
  '+15005550003': refused('21408', 'Sending to this region is not enabled.'),
  '+15005550004': refused('21610', 'The recipient has opted out.'),
  '+15005550009': refused('21614', 'This is not a mobile number.'),
  '+15005550429': first(THROTTLED),
  '+15005550500': first(BROKEN),
  '+15005550503': first(AWAY),
  '+15005551429': every(THROTTLED),
  '+15005551500': every(BROKEN),
  '+15005551503': every(AWAY),
  '+15005552001': first(TAKEN_UNANSWERED),
  '+15005552002': first(TOO_LATE),
  '+15005552003': first(LOST),
  '+15005552004': every(LOST),
  '+15005552005': every(SLOW),
  '+15005530000': every(NO_RECEIPT),
  '+15005530001': failed('30001'),
  '+15005530002': failed('30002'),
  '+15005530003': failed('30003'),
  '+15005530004': failed('30004'),
  '+15005530005': failed('30005'),
  '+15005530006': failed('30006'),
  '+15005530007': failed('30007'),
  '+15005530008': failed('30008'),
  '+15005530010': every(READ),
};

const MAILBOXES: Readonly<Record<string, Magic>> = {
  'invalid@simulator.test': refused('invalid_recipient', 'This is not a valid address.'),
  'suppressed@simulator.test': refused('recipient_suppressed', 'Mail to this address bounced before.'),
  '429@simulator.test': first(THROTTLED),
  '500@simulator.test': first(BROKEN),
  '503@simulator.test': first(AWAY),
  'always-429@simulator.test': every(THROTTLED),
  'always-500@simulator.test': every(BROKEN),
  'always-503@simulator.test': every(AWAY),
  'unanswered@simulator.test': first(TAKEN_UNANSWERED),
  'late@simulator.test': first(TOO_LATE),
  'lost@simulator.test': first(LOST),
  'always-lost@simulator.test': every(LOST),
  'slow@simulator.test': every(SLOW),
  'silent@simulator.test': every(NO_RECEIPT),
  'reader@simulator.test': every(READ),
  'bounce@simulator.test': failed('5.1.1'),
  'full@simulator.test': failed('5.2.2'),
  'spam@simulator.test': failed('5.7.1'),
};

/** Recipients that a provider treats in a way of their own, without being told to. */
export const MAGIC_RECIPIENTS: ReadonlyMap<string, Magic> = new Map(
  Object.entries({ ...NUMBERS, ...MAILBOXES }),
);
