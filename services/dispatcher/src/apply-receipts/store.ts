import type { ReceiptReceived } from '@parley/contracts/facts/receipt-facts';
import type { ConnectionId } from '@parley/contracts/ids';
import { prepared, type Executor } from '@parley/platform/db';
import type { ChangedMessage } from '../changed-message.ts';
import type { Trx } from '../database.ts';
import type { Match } from './decide.ts';

/** What a provider calls a message that it took. */
export interface ProviderReference {
  connection_id: ConnectionId;
  provider_message_id: string;
}

const RECEIPT_COLUMNS = `'receipt.received' as kind, u.receipt_id, u.connection_id, u.provider_message_id, u.status,
  u.error_code, u.occurred_at, u.received_at, u.client_reference`;

// Locks in the order of ids, as every writer of messages does.
const selectMatches = prepared<Omit<Match, 'message'> & ChangedMessage>(
  'receipts-match',
  `select r.receipt_id, a.finished_at as attempt_finished_at, m.id, m.account_id, m.type, m."from", m."timestamp",
     m.round, m.status, m.status_reason, m.provider, m.provider_message_id, m.sent_at, m.delivered_at
   from jsonb_to_recordset($1) as r(receipt_id uuid, connection_id text, provider_message_id text)
   join attempt a on a.connection_id = r.connection_id and a.provider_message_id = r.provider_message_id
   join message m on m.id = a.message_id
   order by m.id, a.attempt_no for update of m`,
);

const updateRisen = prepared(
  'receipts-raise',
  `update message m set status = r.status, status_reason = r.status_reason, provider = r.provider,
     provider_message_id = r.provider_message_id, sent_at = r.sent_at, delivered_at = r.delivered_at,
     stale_after = null, changed_at = clock_timestamp()
   from jsonb_to_recordset($1) as r(id uuid, status text, status_reason text, provider text, provider_message_id text,
     sent_at timestamptz, delivered_at timestamptz)
   where m.id = r.id`,
);

const insertUnmatched = prepared(
  'receipts-keep',
  `insert into unmatched_receipt (receipt_id, connection_id, provider_message_id, status, error_code, occurred_at,
     received_at, client_reference)
   select receipt_id, connection_id, provider_message_id, status, error_code, occurred_at, received_at, client_reference
   from jsonb_to_recordset($1) as r(receipt_id uuid, connection_id text, provider_message_id text, status text,
     error_code text, occurred_at timestamptz, received_at timestamptz, client_reference uuid)
   order by receipt_id
   on conflict (receipt_id) do nothing`,
);

const selectWaiting = prepared<ReceiptReceived>(
  'receipts-waiting',
  `select ${RECEIPT_COLUMNS}
   from jsonb_to_recordset($1) as r(connection_id text, provider_message_id text)
   join unmatched_receipt u on u.connection_id = r.connection_id and u.provider_message_id = r.provider_message_id`,
);

const selectSwept = prepared<ReceiptReceived & { matched: boolean; overdue: boolean }>(
  'receipts-sweep',
  `select ${RECEIPT_COLUMNS}, u.received_at < now() - $3::int * interval '1 day' as overdue,
     (select a.message_id from attempt a where a.connection_id = u.connection_id
       and a.provider_message_id = u.provider_message_id limit 1) is not null as matched
   from unmatched_receipt u where u.receipt_id > $1::uuid order by u.receipt_id limit $2`,
);

const deleteUnmatched = prepared(
  'receipts-drop',
  'delete from unmatched_receipt where receipt_id = any($1::uuid[])',
);

/** Finds the attempts that receipts report on and locks their messages. */
export async function matchReceipts(trx: Trx, receipts: readonly ReceiptReceived[]): Promise<Match[]> {
  const rows = await selectMatches(trx, [JSON.stringify(receipts)]);
  return rows.map(({ receipt_id, attempt_finished_at, ...message }) => ({
    receipt_id,
    attempt_finished_at,
    message,
  }));
}

/** Stores where messages rose to. They must be locked. */
export async function raiseMessages(trx: Trx, risen: readonly ChangedMessage[]): Promise<void> {
  if (risen.length > 0) await updateRisen(trx, [JSON.stringify(risen)]);
}

/** Keeps receipts until the attempt that they report on is stored. */
export async function keepUnmatched(trx: Trx, receipts: readonly ReceiptReceived[]): Promise<void> {
  if (receipts.length > 0) await insertUnmatched(trx, [JSON.stringify(receipts)]);
}

/** The kept receipts on these messages. */
export function loadWaiting(trx: Trx, references: readonly ProviderReference[]): Promise<ReceiptReceived[]> {
  return selectWaiting(trx, [JSON.stringify(references)]);
}

/**
 * Kept receipts after an id, in the order of ids: whether their attempt is there by now, and whether they have been
 * kept for more than `keptDays`.
 */
export function sweepUnmatched(
  db: Executor,
  { after, limit, keptDays }: { after: string; limit: number; keptDays: number },
): Promise<(ReceiptReceived & { matched: boolean; overdue: boolean })[]> {
  return selectSwept(db, [after, limit, keptDays]);
}

/** Drops kept receipts. */
export async function dropUnmatched(db: Executor, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await deleteUnmatched(db, [ids.toSorted()]);
}
