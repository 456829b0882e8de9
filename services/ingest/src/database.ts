import type { AccountId, ConnectionId, ConversationId, MessageId, UserId } from '@parley/contracts/ids';
import type { Keyword } from '@parley/contracts/keyword';
import type { MessageType } from '@parley/contracts/message-type';
import type { ReceiptStatus } from '@parley/contracts/facts/receipt-facts';

/** Ingest's own tables, as its migrations make them; those of the outbox belong to the platform. */
export interface IngestTables {
  inbound_message: InboundMessageTable;
  keyword: KeywordTable;
  receipt: ReceiptTable;
}

interface InboundMessageTable {
  id: MessageId;
  account_id: AccountId;
  connection_id: ConnectionId;
  provider_message_id: string;
  conversation_id: ConversationId;
  type: MessageType;
  from: string;
  to: string;
  subject: string | null;
  body: string | null;
  attachments: string[];
  timestamp: string;
  created_at: string;
  from_user_id: UserId | null;
  to_user_id: UserId | null;
  trace_id: string | null;
  read_at: string | null;
  changed_at: string;
}

interface KeywordTable {
  id: MessageId;
  keyword: Keyword;
  received_at: string;
  stored_at: string;
}

interface ReceiptTable {
  id: string;
  connection_id: ConnectionId;
  event_id: string;
  provider_message_id: string;
  status: ReceiptStatus;
  error_code: string | null;
  occurred_at: string | null;
  received_at: string;
  client_reference: MessageId | null;
}
