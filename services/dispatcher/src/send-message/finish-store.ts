import type { ConnectionId, MessageId } from '@parley/contracts/ids';
import type { Outcome } from '@parley/providers/provider';
import { prepared } from '@parley/platform/db';
import type { Trx } from '../database.ts';
import type { Move } from './decide.ts';

/** One attempt and where its message goes, as they are stored. */
export interface FinishRow extends Omit<Move, 'retry_at' | 'next' | 'pause'> {
  message_id: MessageId;
  attempt_no: number;
  round: number;
  connection_id: ConnectionId;
  /** Null when no call was made: then there is no attempt to store. */
  outcome: Outcome['kind'] | null;
  detail: string | null;
  started_at: string | null;
  finished_at: string | null;
  stale_after: string | null;
}

/** What a finish came to. */
export interface FinishedRow {
  message_id: MessageId;
  attempt_no: number;
  /** The round of the message; null when it did not move, because someone else has it or it is over. */
  round: number | null;
  /** Whether a receipt for what the provider accepted is here already. */
  reported: boolean;
}

// Attempts are joined to what moved, so that a message is always locked before its attempt. The status is asked for in
// a case so that rows are found by id, as in a claim.
const storeFinishes = prepared<FinishedRow>(
  'send-finish',
  `with r as (
     select * from jsonb_to_recordset($1) as r(message_id uuid, attempt_no int, round int, connection_id text, outcome text,
       detail text, provider_message_id text, started_at timestamptz, finished_at timestamptz, status text,
       status_reason text, attempts_spent int, sent_at timestamptz, stale_after timestamptz)
   ), moved as (
     update message m set status = r.status, status_reason = r.status_reason, attempts_spent = r.attempts_spent,
       provider_message_id = coalesce(r.provider_message_id, m.provider_message_id),
       sent_at = coalesce(r.sent_at, m.sent_at), stale_after = r.stale_after, changed_at = clock_timestamp()
     from r
     where m.id = r.message_id and m.attempt_no = r.attempt_no
       and case m.status when 'sending' then true when 'queued' then r.status = 'sent' end
     returning m.id, m.round
   ), stored as (
     insert into attempt (message_id, attempt_no, round, connection_id, outcome, detail, provider_message_id, started_at,
       finished_at)
     select r.message_id, r.attempt_no, r.round, r.connection_id, r.outcome, r.detail, r.provider_message_id, r.started_at,
       r.finished_at
     from r left join moved on moved.id = r.message_id
     where r.outcome is not null
     on conflict (message_id, attempt_no) do update set outcome = excluded.outcome, detail = excluded.detail,
       provider_message_id = excluded.provider_message_id, started_at = excluded.started_at,
       finished_at = excluded.finished_at
     where attempt.outcome = 'unknown'
   )
   select r.message_id, r.attempt_no, moved.round,
     (select u.receipt_id from unmatched_receipt u where u.connection_id = r.connection_id
       and u.provider_message_id = r.provider_message_id limit 1) is not null as reported
   from r left join moved on moved.id = r.message_id`,
);

/**
 * Stores attempts and moves their messages, in one statement. An attempt is stored whatever became of its message,
 * and replaces only a recorded `unknown`. A message moves only while this attempt is its newest and it is being
 * sent, or, when it was sent after all, still waits to be tried again.
 */
export async function finishMessages(trx: Trx, rows: readonly FinishRow[]): Promise<FinishedRow[]> {
  const sorted = rows.toSorted((a, b) => (a.message_id < b.message_id ? -1 : 1));
  return storeFinishes(trx, [JSON.stringify(sorted)]);
}
