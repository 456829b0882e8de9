import type { ReceiptReceived } from '@parley/contracts/facts/receipt-facts';
import type { ConnectionId, MessageId } from '@parley/contracts/ids';
import { prepared, type Executor } from '@parley/platform/db';
import { CHANGED_COLUMNS, type ChangedMessage } from '../changed-message.ts';
import type { Trx } from '../database.ts';
import { firstSent } from '../first-sent.ts';
import { OUTCOME_UNKNOWN } from '../send-message/decide.ts';
import type { Match } from './decide.ts';

/** What a provider calls a message that it took. */
export interface ProviderReference {
  connection_id: ConnectionId;
  provider_message_id: string;
}

/** A kept receipt, looked at again. */
export interface SweptReceipt extends ReceiptReceived {
  /** Whether the attempt that it reports on is there by now. */
  matched: boolean;
  /** Whether a call for the message that it names ended without an answer. */
  unanswered: boolean;
  overdue: boolean;
}

const RECEIPT_COLUMNS = `'receipt.received' as kind, u.receipt_id, u.connection_id, u.provider_message_id, u.status,
  u.error_code, u.occurred_at, u.received_at, u.client_reference`;

// Locks in the order of ids, as every writer of messages does.
const selectMatches = prepared<
  ChangedMessage & { receipt_id: string; attempt_round: number; accepted_at: string; first_sent_at: string }
>(
  'receipts-match',
  `select r.receipt_id, a.round as attempt_round, m.created_at as accepted_at, ${CHANGED_COLUMNS},
     coalesce(m.sent_at, ${firstSent('m.id', 'a.round')}, a.started_at) as first_sent_at
   from jsonb_to_recordset($1) as r(receipt_id uuid, connection_id text, provider_message_id text)
   join attempt a on a.connection_id = r.connection_id and a.provider_message_id = r.provider_message_id
   join message m on m.id = a.message_id
   order by m.id, a.attempt_no for update of m`,
);

const updateRisen = prepared(
  'receipts-raise',
  `update message m set status = r.status, status_reason = r.status_reason, provider = r.provider,
     provider_message_id = r.provider_message_id, sent_at = r.sent_at, delivered_at = r.delivered_at,
     read_at = r.read_at, stale_after = null, changed_at = clock_timestamp()
   from jsonb_to_recordset($1) as r(id uuid, status text, status_reason text, provider text, provider_message_id text,
     sent_at timestamptz, delivered_at timestamptz, read_at timestamptz)
   where m.id = r.id`,
);

/** Whether a call for the message that a receipt names ended without an answer. */
const IS_UNANSWERED = `(select a.message_id from attempt a where a.message_id = u.client_reference
  and a.connection_id = u.connection_id and a.outcome = 'unknown' limit 1) is not null`;

const insertUnmatched = prepared<{ receipt_id: string }>(
  'receipts-keep',
  `with u as (
     select * from jsonb_to_recordset($1) as r(receipt_id uuid, connection_id text, provider_message_id text, status text,
       error_code text, occurred_at timestamptz, received_at timestamptz, client_reference uuid)
   ), kept as (
     insert into unmatched_receipt (receipt_id, connection_id, provider_message_id, status, error_code, occurred_at,
       received_at, client_reference)
     select receipt_id, connection_id, provider_message_id, status, error_code, occurred_at, received_at, client_reference
     from u order by receipt_id
     on conflict (receipt_id) do nothing
   )
   select u.receipt_id from u where ${IS_UNANSWERED}`,
);

const selectWaiting = prepared<ReceiptReceived>(
  'receipts-waiting',
  `select ${RECEIPT_COLUMNS}
   from jsonb_to_recordset($1) as r(connection_id text, provider_message_id text)
   join unmatched_receipt u on u.connection_id = r.connection_id and u.provider_message_id = r.provider_message_id`,
);

const selectNaming = prepared<ReceiptReceived>(
  'receipts-naming',
  `select ${RECEIPT_COLUMNS}
   from jsonb_to_recordset($1) as r(connection_id text, message_id uuid)
   join unmatched_receipt u on u.client_reference = r.message_id and u.connection_id = r.connection_id`,
);

const selectSwept = prepared<SweptReceipt>(
  'receipts-sweep',
  `select ${RECEIPT_COLUMNS}, u.received_at < now() - $3::int * interval '1 day' as overdue,
     (select a.message_id from attempt a where a.connection_id = u.connection_id
       and a.provider_message_id = u.provider_message_id limit 1) is not null as matched,
     ${IS_UNANSWERED} as unanswered
   from unmatched_receipt u where u.receipt_id > $1::uuid order by u.receipt_id limit $2`,
);

const deleteUnmatched = prepared(
  'receipts-drop',
  'delete from unmatched_receipt where receipt_id = any($1::uuid[])',
);

const lockRows = prepared<{ id: MessageId }>(
  'receipts-lock',
  'select id from message where id = any($1::uuid[]) order by id for update',
);

// Of several calls without an answer it is the first of the latest round: with a repeated key they are all the same. While
// another call is under way the receipt may be about that one, of a later round perhaps: then it waits for its end.
const answerCalls = prepared(
  'receipts-answer',
  `update attempt a set outcome = 'accepted', provider_message_id = r.provider_message_id,
     told_by = 'receipt', told_at = clock_timestamp()
   from jsonb_to_recordset($1) as r(client_reference uuid, connection_id text, provider_message_id text)
   where a.message_id = r.client_reference and a.outcome = 'unknown'
   and (select m.id from message m where m.id = r.client_reference and m.provider = r.connection_id
     and m.status = 'sending' and coalesce(m.status_reason, '') <> '${OUTCOME_UNKNOWN}') is null
   and a.attempt_no = (
     select b.attempt_no from attempt b
     where b.message_id = r.client_reference and b.connection_id = r.connection_id and b.outcome = 'unknown'
     order by b.round desc, b.attempt_no limit 1)
   and (select c.message_id from attempt c where c.connection_id = r.connection_id
     and c.provider_message_id = r.provider_message_id limit 1) is null`,
);

const countOrphaned = prepared<{ orphans: number }>(
  'receipts-count-orphans',
  `select count(*)::int as orphans from (
     select from unmatched_receipt where received_at < now() - $1::float8 * interval '1 ms' limit $2
   ) as orphan`,
);

/** Finds the attempts that receipts report on and locks their messages. */
export async function matchReceipts(trx: Trx, receipts: readonly ReceiptReceived[]): Promise<Match[]> {
  const rows = await selectMatches(trx, [JSON.stringify(receipts)]);
  return rows.map(({ receipt_id, attempt_round, accepted_at, first_sent_at, ...message }) => ({
    receipt_id,
    round: attempt_round,
    accepted_at,
    sent_at: first_sent_at,
    message,
  }));
}

/** Stores where messages rose to. They must be locked. */
export async function raiseMessages(trx: Trx, risen: readonly ChangedMessage[]): Promise<void> {
  if (risen.length > 0) await updateRisen(trx, [JSON.stringify(risen)]);
}

/**
 * Keeps receipts until the attempt that they report on is stored. Returns the ids of those that name a message with a
 * call that ended without an answer.
 */
export async function keepUnmatched(trx: Trx, receipts: readonly ReceiptReceived[]): Promise<Set<string>> {
  if (receipts.length === 0) return new Set();
  const rows = await insertUnmatched(trx, [JSON.stringify(receipts)]);
  return new Set(rows.map((row) => row.receipt_id));
}

/** The kept receipts on what providers call so. */
export async function loadWaiting(
  trx: Trx,
  references: readonly ProviderReference[],
): Promise<ReceiptReceived[]> {
  return references.length === 0 ? [] : selectWaiting(trx, [JSON.stringify(references)]);
}

/** The kept receipts that name these messages, each on the connection of its call. */
export async function loadNaming(
  trx: Trx,
  calls: readonly { connection_id: ConnectionId; message_id: MessageId }[],
): Promise<ReceiptReceived[]> {
  return calls.length === 0 ? [] : selectNaming(trx, [JSON.stringify(calls)]);
}

/** Locks messages, in the order in which every writer does. */
export async function lockMessages(trx: Trx, ids: readonly MessageId[]): Promise<void> {
  await lockRows(trx, [ids]);
}

/**
 * Takes receipts, at most one for each message that they name, as the answers to calls that never had one. The messages
 * must be locked. A receipt that says nothing of such a call changes nothing.
 */
export async function answerByReceipts(trx: Trx, receipts: readonly ReceiptReceived[]): Promise<void> {
  if (receipts.length > 0) await answerCalls(trx, [JSON.stringify(receipts)]);
}

/** Kept receipts after an id, in the order of ids. They are overdue when kept for more than `keptDays`. */
export function sweepUnmatched(
  db: Executor,
  { after, limit, keptDays }: { after: string; limit: number; keptDays: number },
): Promise<SweptReceipt[]> {
  return selectSwept(db, [after, limit, keptDays]);
}

/** How many receipts have been kept for longer than `orphanAfterMs`, counted up to `limit`. */
export async function countOrphans(db: Executor, orphanAfterMs: number, limit: number): Promise<number> {
  const [row] = await countOrphaned(db, [orphanAfterMs, limit]);
  return row?.orphans ?? 0;
}

/** Drops kept receipts. */
export async function dropUnmatched(db: Executor, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await deleteUnmatched(db, [ids.toSorted()]);
}
