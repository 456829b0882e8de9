import type { DeadLetterKind } from '@parley/contracts/dead-letter';
import type { AccountId, ConversationId, MessageId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { MessageType } from '@parley/contracts/message-type';
import type { AddressOwner } from '@parley/platform/directory';

/** Reporting's own tables, as its migrations make them; `position` belongs to the platform. */
export interface ReportingTables {
  message: MessageTable;
  stat_bucket: StatBucketTable;
  sender_bucket: SenderBucketTable;
  sender_number: { account_id: AccountId; number: number; sender: string };
  sender_pack: SenderPackTable;
  conversation: ConversationTable;
  unindexed: { id: string; messages: MessageId[]; size: number };
  searchable: { id: MessageId; grams: number[]; octets: number };
  address_owner: AddressOwner & { noted: boolean };
  conversation_alias: ConversationAliasTable;
  unjoined: { conversation_id: ConversationId };
  dead_letter: DeadLetterTable;
}

/** A message as its owner tells it, with what orders the telling. Content is null until it has arrived. */
type MessageTable = {
  [Column in keyof Message]: Message[Column];
} & { progress: number };

interface StatBucketTable {
  account_id: AccountId;
  kind: 'status' | 'latency';
  span: 'hour' | 'day' | 'month';
  at: string;
  key: string;
  direction: Message['direction'];
  type: MessageType;
  count: number;
  first_at: string | null;
  last_at: string | null;
}

interface SenderBucketTable {
  account_id: AccountId;
  hour: string;
  sender: string;
  direction: Message['direction'];
  type: MessageType;
  count: number;
}

interface SenderPackTable {
  account_id: AccountId;
  span: 'hour' | 'day' | 'month' | 'ever';
  at: string;
  direction: Message['direction'];
  type: MessageType;
  last_number: number;
  counts: Buffer;
}

interface ConversationTable {
  id: ConversationId;
  account_id: AccountId;
  /** Of a composite type: read it through `to_json`. */
  participants: unknown;
  types: MessageType[];
  message_count: number;
  unread_count: number;
  last_message_id: MessageId;
  last_message_at: string;
  last_heard_at: string | null;
  created_at: string;
}

interface ConversationAliasTable {
  id: ConversationId;
  conversation_id: ConversationId;
  /** Of a composite type: read it through `to_json`. */
  participants: unknown;
}

interface DeadLetterTable {
  id: string;
  kind: DeadLetterKind;
  subject: string;
  payload: string;
  reason: string;
  attempts: number;
  first_seen_at: string;
  last_seen_at: string;
}
