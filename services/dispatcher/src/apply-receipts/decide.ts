import type { ReceiptReceived } from '@parley/contracts/facts/receipt-facts';
import { progressOf } from '@parley/contracts/message-status';
import type { ChangedMessage, Changes } from '../changed-message.ts';

/** A receipt met an accepted attempt that it reports on. */
export interface Match {
  receipt_id: string;
  /** Of the attempt. */
  round: number;
  /** When the message was accepted from its client. */
  accepted_at: string;
  /** When the message was first sent in that round. */
  sent_at: string;
  /** As it stands. */
  message: ChangedMessage;
}

/** A receipt that changed nothing, and why in words. */
export interface IgnoredReceipt {
  receipt: ReceiptReceived;
  message: ChangedMessage;
  reason: string;
}

/** What receipts come to. */
export interface Merged extends Changes {
  ignored: IgnoredReceipt[];
}

/**
 * Merges receipts into their messages and returns each message that changed once. What counts is the round of the
 * attempt, then the status; of two that say the same, the earlier times and the greater of all else. What was read was
 * delivered by then, so that of both the earlier delivery counts. So the order and repetition of receipts make no
 * difference to where a message ends: `read`, then `delivered`, wins over everything but a later round. A receipt that
 * says what is shown already is passed over in silence: it may be the same one again.
 */
export function decide(matches: readonly Match[], receipts: ReadonlyMap<string, ReceiptReceived>): Merged {
  const standing = new Map(matches.map(({ message }) => [message.id, message]));
  const risen = new Set<ChangedMessage['id']>();
  const corrected = new Set<ChangedMessage['id']>();
  const ignored: IgnoredReceipt[] = [];
  for (const match of countedMatches(matches)) {
    const receipt = receipts.get(match.receipt_id);
    const message = standing.get(match.message.id);
    if (receipt === undefined || message === undefined) continue;
    const merged = merge(message, reportOf(receipt, match));
    if (typeof merged === 'string') {
      ignored.push({ receipt, message, reason: merged });
    } else if (merged !== message) {
      standing.set(merged.id, merged);
      (merged.status === message.status ? corrected : risen).add(merged.id);
    }
  }
  const now = [...standing.values()];
  return {
    risen: now.filter(({ id }) => risen.has(id)),
    corrected: now.filter(({ id }) => corrected.has(id) && !risen.has(id)),
    ignored,
  };
}

/** Of the attempts that one receipt matches, one of the latest round counts. */
function countedMatches(matches: readonly Match[]): Iterable<Match> {
  const counted = new Map<string, Match>();
  for (const match of matches) {
    const other = counted.get(match.receipt_id);
    if (other === undefined || match.round > other.round) counted.set(match.receipt_id, match);
  }
  return counted.values();
}

type Report = Pick<
  ChangedMessage,
  | 'round'
  | 'status'
  | 'status_reason'
  | 'provider'
  | 'provider_message_id'
  | 'sent_at'
  | 'delivered_at'
  | 'read_at'
>;

/** A provider that reports on a message has taken it, even if its answer is not recorded yet. */
function reportOf(receipt: ReceiptReceived, { round, accepted_at, sent_at }: Match): Report {
  const isDelivered = receipt.status !== 'undelivered';
  const at = isDelivered ? happenedAt(receipt, accepted_at) : null;
  return {
    round,
    status: receipt.status,
    status_reason: isDelivered ? null : receipt.error_code,
    provider: receipt.connection_id,
    provider_message_id: receipt.provider_message_id,
    sent_at,
    delivered_at: at,
    read_at: receipt.status === 'read' ? at : null,
  };
}

/** How far ahead of ours a provider's clock may be, ms. */
const MAX_AHEAD_MS = 5 * 60_000;

/** When what a receipt says happened: by the provider's clock unless that cannot be, else when we heard of it. */
function happenedAt({ occurred_at, received_at }: ReceiptReceived, accepted_at: string): string {
  if (occurred_at === null) return received_at;
  const isTooLate = Date.parse(occurred_at) > Date.parse(received_at) + MAX_AHEAD_MS;
  return occurred_at < accepted_at || isTooLate ? received_at : occurred_at;
}

/** The message after a report, the same object when that says nothing new; or why the report changes nothing. */
function merge(message: ChangedMessage, report: Report): ChangedMessage | string {
  if (report.round > message.round) return { ...message, ...report };
  if (report.round < message.round) return `the message is in round ${message.round} by now`;
  const delivered_at = earlier(message.delivered_at, report.delivered_at);
  const merged = { ...message, ...greater(message, report), delivered_at };
  if (differs(merged, message)) return merged;
  return isShown(report, message) ? message : `the message is ${message.status} already`;
}

/**
 * Whether a message shows all that a report of its round says: one that is read shows also when it was delivered, of
 * which a report that it was read says only that it was by then.
 */
function isShown(report: Report, message: ChangedMessage): boolean {
  const { delivered_at } = message;
  if (report.status === 'read') return !differs({ ...report, delivered_at }, message);
  if (report.status === message.status) return !differs(report, message);
  return report.delivered_at !== null && report.delivered_at === delivered_at;
}

/** The report of the greater status, or of two of the same what they tell together. */
function greater(one: Report, two: Report): Partial<Report> {
  const ahead = progressOf(two.round, two.status) - progressOf(one.round, one.status);
  if (ahead > 0) return two;
  return ahead < 0 ? {} : join(one, two);
}

/** What two reports of the same status tell together, but for the delivery. */
function join(one: Report, two: Report): Partial<Report> {
  const order =
    compare(one.provider_message_id, two.provider_message_id) || compare(one.provider, two.provider);
  const shown = order < 0 ? two : one;
  return {
    status_reason: compare(one.status_reason, two.status_reason) < 0 ? two.status_reason : one.status_reason,
    provider: shown.provider,
    provider_message_id: shown.provider_message_id,
    sent_at: earlier(one.sent_at, two.sent_at),
    read_at: earlier(one.read_at, two.read_at),
  };
}

function differs(one: Report, two: Report): boolean {
  return (
    one.status !== two.status ||
    one.status_reason !== two.status_reason ||
    one.provider !== two.provider ||
    one.provider_message_id !== two.provider_message_id ||
    one.sent_at !== two.sent_at ||
    one.delivered_at !== two.delivered_at ||
    one.read_at !== two.read_at
  );
}

/** Null comes before every text. */
function compare(one: string | null, two: string | null): number {
  if (one === two) return 0;
  return one === null || (two !== null && one < two) ? -1 : 1;
}

function earlier(one: string | null, two: string | null): string | null {
  return one === null || (two !== null && two < one) ? two : one;
}
