import type { AccountId, ConnectionId, MessageId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { Priority } from '@parley/contracts/sending-choices';
import type { TimelineDetails, TimelineEvent } from '@parley/contracts/timeline';
import { available, prepared, type Executor } from '@parley/platform/db';
import type { Outcome } from '@parley/providers/provider';

/** What a message itself tells of its life. */
export interface StoredMessage extends Pick<
  Message,
  'id' | 'type' | 'to' | 'status' | 'status_reason' | 'created_at' | 'send_at' | 'read_at' | 'trace_id'
> {
  account_id: AccountId;
  priority: Priority;
  /** Since when it stands so. */
  changed_at: string;
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

/** Most attempts and most notes of one message, the newest: waiting for a provider can go on for days. */
const MAX_EACH = 200;

const selectMessages = prepared<StoredMessage>(
  'timeline-messages',
  `select id, account_id, type, "to", status, status_reason, priority, created_at, send_at, read_at, changed_at, trace_id
   from message where id = any($1::uuid[])`,
);

const selectAttempts = prepared<StoredAttempt>(
  'timeline-attempts',
  `select found.* from unnest($1::uuid[]) as r(id) cross join lateral (
     select message_id, attempt_no, round, connection_id, outcome, detail, provider_message_id, retry_after_ms,
       started_at, finished_at
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

/** What is stored of messages: themselves, and by id their newest attempts and notes, oldest first. */
export interface StoredLives {
  messages: Map<MessageId, StoredMessage>;
  attempts: Map<MessageId, StoredAttempt[]>;
  notes: Map<MessageId, StoredNote[]>;
}

/** Reads what is stored of these messages, of whatever account, in three statements. Throws `Unavailable`. */
export async function loadLives(db: Executor, ids: readonly MessageId[]): Promise<StoredLives> {
  const wanted = [[...new Set(ids)]];
  const [messages, attempts, notes] = await available(
    Promise.all([selectMessages(db, wanted), selectAttempts(db, wanted), selectNotes(db, wanted)]),
  );
  return {
    messages: new Map(messages.map((row) => [row.id, row])),
    attempts: Map.groupBy(attempts, (row) => row.message_id),
    notes: Map.groupBy(notes, (row) => row.message_id),
  };
}
