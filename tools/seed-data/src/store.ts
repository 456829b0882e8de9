import { messageFacts } from '@parley/contracts/facts/message-facts';
import type { AccountId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import { inTransaction } from '@parley/platform/db';
import { addToOutbox, factRows } from '@parley/platform/outbox';
import { sql, type Kysely, type Transaction } from 'kysely';

type Db = Kysely<Record<never, never>>;
type Trx = Transaction<Record<never, never>>;

/** Rows as they travel: one JSON array. */
const ROWS = `jsonb_to_recordset($1::jsonb)`;

/** Writes outbound messages, and the calls that sent them, as dispatcher does, and what tells of them. */
export function storeSent(dispatcher: Db, messages: readonly Message[]): Promise<void> {
  return inTransaction(dispatcher, async (trx) => {
    const rows = JSON.stringify(messages);
    await insert(
      trx,
      `insert into message (id, account_id, conversation_id, type, "from", "to", subject, body, attachments, status,
         status_reason, attempt_no, provider, provider_message_id, encoding, segments, "timestamp", created_at, sent_at,
         delivered_at, expires_at, changed_at)
       select id, account_id, conversation_id, type, "from", "to", subject, body, attachments, status, status_reason,
         case when status = 'canceled' then 0 else 1 end, provider, provider_message_id, encoding, segments, "timestamp",
         created_at, sent_at, delivered_at, expires_at, clock_timestamp()
       from ${ROWS} as r(id uuid, account_id text, conversation_id uuid, type text, "from" text, "to" text, subject text,
         body text, attachments jsonb, status text, status_reason text, provider text, provider_message_id text,
         encoding text, segments int, "timestamp" timestamptz, created_at timestamptz, sent_at timestamptz,
         delivered_at timestamptz, expires_at timestamptz)
       order by id`,
      rows,
    );
    await insert(
      trx,
      `insert into attempt (message_id, attempt_no, round, connection_id, outcome, detail, provider_message_id, started_at,
         finished_at)
       select id, 1, 1, provider, case when provider_message_id is null then 'refused' else 'accepted' end, status_reason,
         provider_message_id, created_at, coalesce(sent_at, created_at)
       from ${ROWS} as r(id uuid, status text, status_reason text, provider text, provider_message_id text,
         created_at timestamptz, sent_at timestamptz)
       where status <> 'canceled' order by id`,
      rows,
    );
    await tell(trx, 'message.accepted', messages);
  });
}

/** Writes inbound messages as ingest does, and what tells of them. */
export function storeReceived(ingest: Db, messages: readonly Message[]): Promise<void> {
  return inTransaction(ingest, async (trx) => {
    await insert(
      trx,
      `insert into inbound_message (id, account_id, connection_id, provider_message_id, conversation_id, type, "from", "to",
         subject, body, attachments, "timestamp", created_at, changed_at)
       select id, account_id, provider, provider_message_id, conversation_id, type, "from", "to", subject, body,
         attachments, "timestamp", created_at, clock_timestamp()
       from ${ROWS} as r(id uuid, account_id text, provider text, provider_message_id text, conversation_id uuid, type text,
         "from" text, "to" text, subject text, body text, attachments jsonb, "timestamp" timestamptz,
         created_at timestamptz)
       order by id`,
      JSON.stringify(messages),
    );
    await tell(trx, 'message.received', messages);
  });
}

async function insert(trx: Trx, statement: string, rows: string): Promise<void> {
  const [before = '', after = ''] = statement.split('$1');
  await sql`${sql.raw(before)}${rows}${sql.raw(after)}`.execute(trx);
}

async function tell(
  trx: Trx,
  kind: 'message.accepted' | 'message.received',
  messages: readonly Message[],
): Promise<void> {
  const at = new Date().toISOString();
  const rows = factRows(
    messageFacts,
    messages.map((message) => ({ kind, at, message })),
  );
  await addToOutbox(
    trx,
    rows.map((row) => ({ ...row, available_at: at })),
  );
}

/** Whether reporting lists all of these messages: what was written together is not projected together. */
export async function areListed(reporting: Db, messages: readonly Message[]): Promise<boolean> {
  const ids = messages.map(({ id }) => id);
  const { rows } =
    await sql`select from message where id = any(${ids}::uuid[]) and account_id is not null`.execute(
      reporting,
    );
  return rows.length === ids.length;
}

/** Whether there is such an account. */
export async function isAccount(gateway: Db, id: AccountId): Promise<boolean> {
  const { rows } = await sql`select from account where id = ${id}`.execute(gateway);
  return rows.length > 0;
}
