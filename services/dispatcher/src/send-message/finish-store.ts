import type { ConnectionId, MessageId } from '@parley/contracts/ids';
import type { Outcome } from '@parley/providers/provider';
import { prepared } from '@parley/platform/db';
import { CHANGED_COLUMNS, type ChangedMessage } from '../changed-message.ts';
import type { Trx } from '../database.ts';
import { firstSent } from '../first-sent.ts';
import type { Call } from './call-provider.ts';
import { LEASE_EXPIRED, type Move } from './decide.ts';

/** One attempt and where its message goes, as they are stored. */
export interface FinishRow extends Pick<
  Move,
  'status' | 'status_reason' | 'attempts_spent' | 'provider_message_id' | 'sent_at'
> {
  message_id: MessageId;
  attempt_no: number;
  round: number;
  connection_id: ConnectionId;
  /** Null when no call was made: then there is no attempt to store. */
  outcome: Outcome['kind'] | null;
  detail: string | null;
  retry_after_ms: number | null;
  started_at: string | null;
  finished_at: string | null;
  by: Call['by'] | null;
  stale_after: string | null;
}

/** What a finish came to. */
export interface FinishedRow {
  message_id: MessageId;
  attempt_no: number;
  /** The round of the message; null when it did not move, because someone else has it or it is over. */
  round: number | null;
  /** When it was first sent, if it was. */
  sent_at: string | null;
  /** Whether a receipt is here already that tells of this call. */
  reported: boolean;
}

const COLUMNS = `message_id uuid, attempt_no int, round int, connection_id text, outcome text, detail text,
  provider_message_id text, retry_after_ms int, started_at timestamptz, finished_at timestamptz, status text,
  by text, status_reason text, attempts_spent int, sent_at timestamptz, stale_after timestamptz`;

// Its dispatcher came back when it was given up already.
const CAME_LATE = `(attempt.told_by is not null or attempt.detail = '${LEASE_EXPIRED}')`;

// Attempts are joined to what moved, so that a message is always locked before its attempt. The status is asked for in
// a case so that rows are found by id, as in a claim.
const storeFinishes = prepared<FinishedRow>(
  'send-finish',
  `with r as (
     select * from jsonb_to_recordset($1) as r(${COLUMNS})
   ), moved as (
     update message m set status = r.status, status_reason = r.status_reason, attempts_spent = r.attempts_spent,
       provider = r.connection_id, provider_message_id = r.provider_message_id,
       sent_at = case when r.sent_at is not null and r.attempt_no > 1
         then least(r.sent_at, ${firstSent('r.message_id', 'r.round')}) else r.sent_at end,
       stale_after = r.stale_after, changed_at = clock_timestamp()
     from r
     where m.id = r.message_id and m.round = r.round and case m.status
       when 'sending' then r.status = 'sent' or m.attempt_no = r.attempt_no
         and not (r.status = 'sending' and coalesce(m.status_reason, '') = 'outcome_unknown')
       when 'queued' then r.status = 'sent' end
     returning m.id, m.round, m.sent_at
   ), stored as (
     insert into attempt (message_id, attempt_no, round, connection_id, outcome, detail, provider_message_id,
       retry_after_ms, started_at, finished_at, by)
     select r.message_id, r.attempt_no, r.round, r.connection_id, r.outcome, r.detail, r.provider_message_id,
       r.retry_after_ms, r.started_at, r.finished_at, r.by
     from r left join moved on moved.id = r.message_id
     where r.outcome is not null
     on conflict (message_id, attempt_no) do update set outcome = excluded.outcome, detail = excluded.detail,
       provider_message_id = excluded.provider_message_id, retry_after_ms = excluded.retry_after_ms,
       started_at = excluded.started_at, finished_at = excluded.finished_at, by = excluded.by,
       told_by = case when ${CAME_LATE} then 'answer' end, told_at = case when ${CAME_LATE} then clock_timestamp() end
     where attempt.outcome = 'unknown' or attempt.told_by = 'receipt' and excluded.outcome = 'accepted'
   )
   select r.message_id, r.attempt_no, moved.round, moved.sent_at,
     case when r.outcome = 'unknown' then (select u.receipt_id from unmatched_receipt u
         where u.client_reference = r.message_id and u.connection_id = r.connection_id limit 1)
       else (select u.receipt_id from unmatched_receipt u where u.connection_id = r.connection_id
         and u.provider_message_id = r.provider_message_id limit 1) end is not null as reported
   from r left join moved on moved.id = r.message_id`,
);

// Of several calls that were accepted the same one is shown, whichever was heard of first.
const correctSent = prepared<ChangedMessage>(
  'send-correct',
  `update message m set provider = r.connection_id, provider_message_id = r.provider_message_id,
     changed_at = clock_timestamp()
   from jsonb_to_recordset($1) as r(message_id uuid, round int, connection_id text, provider_message_id text)
   where m.id = r.message_id and m.round = r.round and case m.status when 'sent' then
     (r.provider_message_id collate "C", r.connection_id collate "C")
       > (coalesce(m.provider_message_id, '') collate "C", m.provider collate "C") end
   returning ${CHANGED_COLUMNS}`,
);

// A receipt that names its message is taken for the answer to any call that has none: here is whose answer it was.
const returnAnswers = prepared(
  'send-return-answers',
  `update attempt a set outcome = 'unknown', provider_message_id = null, told_by = null, told_at = null
   from jsonb_to_recordset($1) as r(message_id uuid, attempt_no int, connection_id text, provider_message_id text)
   where a.connection_id = r.connection_id and a.provider_message_id = r.provider_message_id
     and a.message_id = r.message_id and a.attempt_no <> r.attempt_no and a.told_by = 'receipt'`,
);

/**
 * Stores attempts and moves their messages, in one statement. An attempt is stored whatever became of its message,
 * and replaces only a recorded `unknown`, or what a receipt told of it. A message moves only within its round, while this attempt is its newest and
 * it is being sent; or, when it was sent after all, while another call is made or waits to be made.
 */
export async function finishMessages(trx: Trx, rows: readonly FinishRow[]): Promise<FinishedRow[]> {
  return storeFinishes(trx, [JSON.stringify(rows.toSorted(byMessage))]);
}

/**
 * Corrects what is known of messages that were sent already when another of their calls turns out to have been accepted
 * too: which call a receipt was on, and what is shown of them, the greatest of what providers call them. Returns those
 * that changed.
 */
export async function correctAccepted(trx: Trx, rows: readonly FinishRow[]): Promise<ChangedMessage[]> {
  if (rows.length === 0) return [];
  const sorted = JSON.stringify(rows.toSorted(byMessage));
  await returnAnswers(trx, [sorted]);
  return correctSent(trx, [sorted]);
}

function byMessage(a: FinishRow, b: FinishRow): number {
  return a.message_id < b.message_id ? -1 : 1;
}
