import type { AccountId, ConnectionId, ConversationId, MessageId, UserId } from '@parley/contracts/ids';
import type { ConsentEntry } from '@parley/contracts/consent';
import type { Message, Metadata } from '@parley/contracts/message';
import type { MessageStatus } from '@parley/contracts/message-status';
import type { MessageType } from '@parley/contracts/message-type';
import type { ReceiptStatus } from '@parley/contracts/facts/receipt-facts';
import type { Category, Priority, UnknownPolicy } from '@parley/contracts/sending-choices';
import type { TimelineDetails, TimelineEvent } from '@parley/contracts/timeline';
import type { Outcome } from '@parley/providers/provider';
import type { Generated, Kysely, Transaction } from 'kysely';
import type { Decision } from './answer-keywords/decide.ts';

/** Dispatcher's own tables, as its migrations make them; outbox and position belong to the platform. */
export interface DispatcherTables {
  message: MessageTable;
  attempt: AttemptTable;
  idempotency_key: IdempotencyKeyTable;
  unmatched_receipt: UnmatchedReceiptTable;
  dead_letter: DeadLetterTable;
  consent: ConsentEntry;
  handled_keyword: HandledKeywordTable;
  note: NoteTable;
  lane: LaneTable;
  breaker: BreakerTable;
  waiting: WaitingTable;
  redrive: RedriveTable;
}

export type Database = Kysely<DispatcherTables>;
export type Trx = Transaction<DispatcherTables>;

interface MessageTable {
  id: MessageId;
  account_id: AccountId;
  conversation_id: ConversationId;
  type: MessageType;
  from: string;
  to: string;
  subject: string | null;
  body: string | null;
  attachments: string[];
  status: MessageStatus;
  status_reason: string | null;
  round: number;
  attempt_no: number;
  attempts_spent: number;
  resends: number;
  provider: ConnectionId | null;
  provider_message_id: string | null;
  encoding: Message['encoding'];
  segments: number | null;
  priority: Priority;
  category: Category;
  on_unknown_outcome: UnknownPolicy | null;
  in_reply_to: MessageId | null;
  metadata: Metadata | null;
  client_reference: string | null;
  timestamp: string;
  created_at: string;
  sent_at: string | null;
  delivered_at: string | null;
  read_at: string | null;
  send_at: string | null;
  expires_at: string;
  round_from: string | null;
  from_user_id: UserId | null;
  to_user_id: UserId | null;
  trace_id: string | null;
  stale_after: string | null;
  changed_at: string;
}

interface AttemptTable {
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
  by: Generated<'call' | 'lookup' | 'nothing'>;
  told_by: 'receipt' | 'answer' | null;
  told_at: string | null;
}

interface IdempotencyKeyTable {
  account_id: AccountId;
  key: string;
  fingerprint: Buffer;
  answer: unknown;
  expires_at: string;
}

interface UnmatchedReceiptTable {
  receipt_id: string;
  connection_id: ConnectionId;
  provider_message_id: string;
  status: ReceiptStatus;
  error_code: string | null;
  occurred_at: string | null;
  received_at: string;
  client_reference: MessageId | null;
}

interface DeadLetterTable {
  id: string;
  kind: string;
  subject: string;
  payload: string;
  reason: string;
  attempts: number;
  first_seen_at: string;
  last_seen_at: string;
}

interface RedriveTable {
  account_id: AccountId;
  next_at: string;
  request_id: string | null;
  answer: unknown;
}

interface HandledKeywordTable {
  message_id: MessageId;
  account_id: AccountId;
  address: string;
  effect: Decision['effect'];
  handled_at: Generated<string>;
  answer_id: MessageId | null;
}

interface NoteTable {
  id: string;
  message_id: MessageId;
  at: string;
  event: TimelineEvent;
  provider: ConnectionId | null;
  summary: string;
  details: TimelineDetails;
}

interface LaneTable {
  connection_id: ConnectionId;
  sender: string;
  next_slot: string;
  paused_until: string | null;
  reason: string | null;
}

interface BreakerTable {
  connection_id: ConnectionId;
  open_until: string;
  probing: boolean;
  trips: number;
  closed_at: string | null;
}

interface WaitingTable {
  message_id: MessageId;
  account_id: AccountId;
  type: MessageType;
  connection_id: ConnectionId;
  sender: string;
  urgency: number;
  since: string;
  bound: boolean;
}
