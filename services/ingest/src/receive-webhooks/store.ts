import type { KeywordReceived } from '@parley/contracts/facts/consent-facts';
import { prepared } from '@parley/platform/db';
import type { Transaction } from 'kysely';
import type { IngestTables } from '../database.ts';
import type { MessageEntry, ReceiptEntry } from './decide.ts';

// Sorted by the key that repeats collide on, so that two batches with the same events cannot wait for each other.
const insertMessageRows = prepared<{ id: string }>(
  'insert-inbound-messages',
  `insert into inbound_message (id, account_id, connection_id, provider_message_id, conversation_id, type, "from",
     "to", subject, body, attachments, "timestamp", created_at, from_user_id, to_user_id, trace_id, changed_at)
   select id, account_id, provider, provider_message_id, conversation_id, type, "from",
     "to", subject, body, attachments, "timestamp", created_at, from_user_id, to_user_id, trace_id, $2
   from jsonb_to_recordset($1) as r(id uuid, account_id text, provider text, provider_message_id text,
     conversation_id uuid, type text, "from" text, "to" text, subject text, body text, attachments jsonb,
     "timestamp" timestamptz, created_at timestamptz, from_user_id uuid, to_user_id uuid, trace_id text)
   order by provider, provider_message_id
   on conflict (connection_id, provider_message_id) do nothing
   returning id`,
);

const insertReceiptRows = prepared<{ id: string }>(
  'insert-receipts',
  `insert into receipt (id, connection_id, event_id, provider_message_id, status, error_code, occurred_at,
     received_at, client_reference)
   select receipt_id, connection_id, event_id, provider_message_id, status, error_code, occurred_at, received_at,
     client_reference
   from jsonb_to_recordset($1) as r(receipt_id uuid, connection_id text, event_id text, provider_message_id text,
     status text, error_code text, occurred_at timestamptz, received_at timestamptz, client_reference uuid)
   order by connection_id, event_id
   on conflict (connection_id, event_id) do nothing
   returning id`,
);

const insertKeywordRows = prepared(
  'insert-keywords',
  `insert into keyword (id, keyword, received_at, stored_at)
   select message_id, keyword, received_at, $2
   from jsonb_to_recordset($1) as r(message_id uuid, keyword text, received_at timestamptz)`,
);

/** Stores the messages whose events are new, as changed at this instant, and returns those. */
export async function insertMessages(
  trx: Transaction<IngestTables>,
  entries: readonly MessageEntry[],
  changedAt: string,
): Promise<MessageEntry[]> {
  if (entries.length === 0) return [];
  const messages = entries.map((entry) => entry.message);
  const stored = idsOf(await insertMessageRows(trx, [JSON.stringify(messages), changedAt]));
  return entries.filter(({ message }) => stored.has(message.id));
}

/** Stores the receipts whose events are new and returns those. */
export async function insertReceipts(
  trx: Transaction<IngestTables>,
  entries: readonly ReceiptEntry[],
): Promise<ReceiptEntry[]> {
  if (entries.length === 0) return [];
  const rows = entries.map(({ event_id, receipt }) => ({ ...receipt, event_id }));
  const stored = idsOf(await insertReceiptRows(trx, [JSON.stringify(rows)]));
  return entries.filter(({ receipt }) => stored.has(receipt.receipt_id));
}

/** Stores that messages, stored just now, are keywords, as of this instant. */
export async function insertKeywords(
  trx: Transaction<IngestTables>,
  keywords: readonly KeywordReceived[],
  storedAt: string,
): Promise<void> {
  if (keywords.length > 0) await insertKeywordRows(trx, [JSON.stringify(keywords), storedAt]);
}

function idsOf(rows: readonly { id: string }[]): Set<string> {
  return new Set(rows.map((row) => row.id));
}
