import type { AccountId, MessageId } from '@parley/contracts/ids';
import { available, prepared, type Executor } from '@parley/platform/db';
import type { Trx } from '../database.ts';
import { isOptedOut } from '../latest-consent.ts';
import { keyName, type Acceptance, type KeyRecord } from './decide.ts';
import type { StoredMessage } from './new-message.ts';

/** A key as a client sent it. */
export interface AccountKey {
  account_id: AccountId;
  key: string;
}

/** How long a key is kept after accept or, if that is later, after its messages are to be sent. */
const KEY_KEPT = `interval '24 hours'`;

const selectKeys = prepared<AccountKey & KeyRecord>(
  'accept-select-keys',
  `select k.account_id, k.key, encode(k.fingerprint, 'hex') as fingerprint, k.answer
   from jsonb_to_recordset($1) as r(account_id text, key text)
   join idempotency_key k on k.account_id = r.account_id and k.key = r.key
   where k.expires_at > now()`,
);

// Sorted by what two batches collide on, so that they cannot wait for each other.
const insertKeys = prepared<AccountKey>(
  'accept-insert-keys',
  `insert into idempotency_key (account_id, key, fingerprint, answer, expires_at)
   select account_id, key, decode(fingerprint, 'hex'), answer, greatest(now(), send_at) + ${KEY_KEPT}
   from jsonb_to_recordset($1) as r(account_id text, key text, fingerprint text, answer jsonb, send_at timestamptz)
   order by account_id, key
   on conflict (account_id, key) do update set fingerprint = excluded.fingerprint, answer = excluded.answer,
     expires_at = excluded.expires_at where idempotency_key.expires_at <= now()
   returning account_id, key`,
);

const OPTED_OUT = isOptedOut({
  id: 'message.id',
  account: 'message.account_id',
  type: 'message.type',
  to: 'message."to"',
});

const insertRows = prepared<{ id: MessageId; opted_out: boolean }>(
  'accept-insert-messages',
  `insert into message (id, account_id, conversation_id, type, "from", "to", subject, body, attachments, status,
     status_reason, attempt_no, provider, encoding, segments, priority, category, on_unknown_outcome, in_reply_to, metadata, client_reference,
     "timestamp", created_at, sent_at, send_at, expires_at, from_user_id, to_user_id, trace_id, stale_after, changed_at)
   select id, account_id, conversation_id, type, "from", "to", subject, body, attachments,
     case when claimed_for is null then status else 'sending' end, status_reason, (claimed_for is not null)::int, claimed_for,
     encoding, segments, priority, category, on_unknown_outcome, in_reply_to, metadata, client_reference, "timestamp", created_at,
     sent_at, send_at, expires_at, from_user_id, to_user_id, trace_id,
     case when claimed_for is not null then clock_timestamp() + $3::int * interval '1 ms'
       when lane is not null then expires_at
       else case status when 'scheduled' then send_at when 'queued' then now() end + $2::int * interval '1 ms' end,
     clock_timestamp()
   from jsonb_to_recordset($1) as r(id uuid, account_id text, conversation_id uuid, type text, "from" text, "to" text,
     subject text, body text, attachments jsonb, status text, status_reason text, encoding text, segments int, priority text, category text,
     on_unknown_outcome text, in_reply_to uuid, metadata jsonb, client_reference text, "timestamp" timestamptz,
     created_at timestamptz, sent_at timestamptz, send_at timestamptz, expires_at timestamptz, from_user_id uuid,
     to_user_id uuid, trace_id text, lane text, claimed_for text)
   order by id
   on conflict (id) do nothing
   returning id, ${OPTED_OUT} as opted_out`,
);

const deleteExpired = prepared<{ key: string }>(
  'accept-forget-keys',
  `delete from idempotency_key where (account_id, key) in (
     select account_id, key from idempotency_key where expires_at <= now()
     order by expires_at limit $1 for update skip locked)
   returning key`,
);

/** What those of these keys that are in use stand for, by `keyName`. Throws `Unavailable`. */
export async function loadKeys(db: Executor, keys: readonly AccountKey[]): Promise<Map<string, KeyRecord>> {
  if (keys.length === 0) return new Map();
  const rows = await available(selectKeys(db, [JSON.stringify(keys)]));
  return new Map(rows.map((row) => [keyName(row.account_id, row.key), row]));
}

/**
 * Takes the keys of these acceptances and returns the names of those that were free. Waits for a request that is
 * taking one of them at this moment.
 */
export async function takeKeys(trx: Trx, acceptances: readonly Acceptance[]): Promise<Set<string>> {
  const rows = acceptances.flatMap(({ account_id, messages, idempotency }) =>
    idempotency === null
      ? []
      : [{ ...idempotency, account_id, answer: messages, send_at: messages[0]?.send_at }],
  );
  if (rows.length === 0) return new Set();
  const taken = await insertKeys(trx, [JSON.stringify(rows)]);
  return new Set(taken.map((row) => keyName(row.account_id, row.key)));
}

/** A message was about to be stored whose recipient has opted out: nothing of its transaction may be. */
export class OptedOut extends Error {
  override readonly name = 'OptedOut';
}

/** When messages are looked after if nothing happens to them. */
export interface Patience {
  /** Those that wait to be sent count as lost so long after they could be, ms. */
  staleMs: number;
  /** Those that are stored as claimed are this process's for so long, ms. */
  leaseMs: number;
}

/**
 * Stores messages whose ids are new and returns those ids. Those in a lane are sure to be taken from there, or to be
 * over. Throws `OptedOut`.
 */
export async function insertMessages(
  trx: Trx,
  messages: readonly StoredMessage[],
  { staleMs, leaseMs }: Patience,
): Promise<Set<MessageId>> {
  if (messages.length === 0) return new Set();
  const rows = await insertRows(trx, [JSON.stringify(messages), staleMs, leaseMs]);
  if (rows.some((row) => row.opted_out)) throw new OptedOut('a recipient has opted out');
  return new Set(rows.map((row) => row.id));
}

/** Forgets up to `limit` expired keys and returns how many there were. */
export async function forgetKeys(db: Executor, limit: number): Promise<number> {
  return (await deleteExpired(db, [limit])).length;
}
