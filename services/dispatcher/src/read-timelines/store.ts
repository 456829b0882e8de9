import type { AccountId, ConnectionId, MessageId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { Priority } from '@parley/contracts/sending-choices';
import type { TimelineDetails, TimelineEvent } from '@parley/contracts/timeline';
import { available, prepared, type Executor } from '@parley/platform/db';
import type { Outcome } from '@parley/providers/provider';
import type { Call } from '../send-message/call-provider.ts';

/** What a message itself tells of its life. */
export interface StoredMessage extends Pick<
  Message,
  'id' | 'type' | 'to' | 'provider' | 'created_at' | 'send_at' | 'sent_at' | 'read_at' | 'trace_id'
> {
  account_id: AccountId;
  priority: Priority;
}

/** A call to a provider. */
export interface StoredAttempt {
  message_id: MessageId;
  attempt_no: number;
  round: number;
  connection_id: ConnectionId;
  outcome: Outcome['kind'];
  detail: string | null;
  provider_message_id: string | null;
  retry_after_ms: number | null;
  started_at: string;
  finished_at: string;
  by: Call['by'];
  /** What told the outcome after the call had ended without one, and when. */
  told_by: 'receipt' | 'answer' | null;
  told_at: string | null;
  /** How many calls there were up to this one. */
  call_no: number;
}

/** Something that was noted. */
export interface StoredNote {
  message_id: MessageId;
  at: string;
  event: TimelineEvent;
  provider: ConnectionId | null;
  summary: string;
  details: TimelineDetails;
}

/** The lane in which a message waits right now. */
export interface StoredWait {
  message_id: MessageId;
  connection_id: ConnectionId;
  sender: string;
  /** Whether only that connection may send it. */
  bound: boolean;
  /** Since when the message stands so. */
  since: string;
  /** Until when the lane is paused; null when it is not. */
  paused_until: string | null;
  /** Why it is, or why the message went into it. */
  reason: string | null;
}

/** Most attempts and most notes of one message, the newest: waiting for a provider can go on for days. */
const MAX_EACH = 200;

const selectMessages = prepared<StoredMessage>(
  'timeline-messages',
  `select id, account_id, type, "to", provider, priority, created_at, send_at, sent_at, read_at, trace_id
   from message where id = any($1::uuid[])`,
);

const selectAttempts = prepared<StoredAttempt>(
  'timeline-attempts',
  `select found.* from unnest($1::uuid[]) as r(id) cross join lateral (
     select message_id, attempt_no, round, connection_id, outcome, detail, provider_message_id, retry_after_ms,
       started_at, finished_at, by, told_by, told_at,
       (count(*) filter (where by = 'call') over (order by attempt_no))::int as call_no
     from attempt a where a.message_id = r.id order by a.attempt_no desc limit ${MAX_EACH}
   ) as found
   order by found.message_id, found.attempt_no`,
);

const selectNotes = prepared<StoredNote>(
  'timeline-notes',
  `select message_id, at, event, provider, summary, details from unnest($1::uuid[]) as r(id) cross join lateral (
     select * from note n where n.message_id = r.id order by n.at desc, n.id desc limit ${MAX_EACH}
   ) as found
   order by found.message_id, found.at, found.id`,
);

const selectWaits = prepared<StoredWait>(
  'timeline-waits',
  `select w.message_id, w.connection_id, w.sender, w.bound, m.changed_at as since, pause.paused_until,
     coalesce(pause.reason, m.status_reason) as reason
   from waiting w join message m on m.id = w.message_id and case m.status when 'queued' then true end left join lateral (
     select l.paused_until, l.reason from lane l
     where l.connection_id = w.connection_id and l.sender in (w.sender, '') and l.paused_until > now()
     order by l.paused_until desc limit 1
   ) as pause on true
   where w.message_id = any($1::uuid[])`,
);

/** What is stored of messages by id: themselves, their newest attempts and notes, oldest first, and where they wait. */
export interface StoredLives {
  messages: Map<MessageId, StoredMessage>;
  attempts: Map<MessageId, StoredAttempt[]>;
  notes: Map<MessageId, StoredNote[]>;
  waits: Map<MessageId, StoredWait>;
}

/** Reads what is stored of these messages, of whatever account, in four statements. Throws `Unavailable`. */
export async function loadLives(db: Executor, ids: readonly MessageId[]): Promise<StoredLives> {
  const wanted = [[...new Set(ids)]];
  const [messages, attempts, notes, waits] = await available(
    Promise.all([
      selectMessages(db, wanted),
      selectAttempts(db, wanted),
      selectNotes(db, wanted),
      selectWaits(db, wanted),
    ]),
  );
  return {
    messages: new Map(messages.map((row) => [row.id, row])),
    attempts: Map.groupBy(attempts, (row) => row.message_id),
    notes: Map.groupBy(notes, (row) => row.message_id),
    waits: new Map(waits.map((row) => [row.message_id, row])),
  };
}
