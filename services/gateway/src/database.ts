import type { SenderKind } from '@parley/contracts/address';
import type { AccountId, ConnectionId, ConversationId, UserId } from '@parley/contracts/ids';
import type { KeywordSettings } from '@parley/contracts/keyword-settings';
import type { MessageType } from '@parley/contracts/message-type';
import type { Scope } from '@parley/contracts/scope';
import type { ColumnType, Generated } from 'kysely';
import type { Action } from './audit-acts/act.ts';
import type { RateLimit } from './limit-rate/decide.ts';

/** Set once, by the database unless a value is given; an instant. */
type CreatedAt = ColumnType<string, string | undefined, never>;

interface AccountTable {
  id: AccountId;
  name: string;
  version: Generated<number>;
  blocked_words: Generated<string[]>;
  chat_friends_only: Generated<boolean>;
  keywords: Generated<KeywordSettings>;
  rate_limit: ColumnType<RateLimit | null, RateLimit | null | undefined, RateLimit | null>;
  created_at: CreatedAt;
}

interface ApiKeyTable {
  id: string;
  account_id: AccountId;
  key_hash: Buffer;
  scopes: Scope[];
  expires_at: string | null;
  revoked_at: ColumnType<string | null, string | null | undefined, string | null>;
  created_at: CreatedAt;
}

interface UserTable {
  id: UserId;
  account_id: AccountId;
  user_name: string;
  first_name: string | null;
  last_name: string | null;
  email: string | null;
  phone: string | null;
  mfa: Generated<boolean>;
  created_at: CreatedAt;
  modified_at: Generated<string>;
}

/** Each pair of friends once. */
interface FriendTable {
  /** The smaller of the two ids. */
  user_id: UserId;
  friend_id: UserId;
  created_at: CreatedAt;
}

interface SenderTable {
  id: string;
  account_id: AccountId;
  kind: SenderKind;
  /** Normalised, or `*` for every address of the kind. */
  address: string;
  created_at: CreatedAt;
}

interface ConnectionTable {
  id: ConnectionId;
  account_id: AccountId;
  provider: string;
  types: MessageType[];
  priority: Generated<number>;
  url: string | null;
  token: string | null;
  /** Newest first. */
  secrets: string[];
  /** Of each sender; null = as fast as it goes. Default 10. */
  rate_per_second: ColumnType<number | null, number | null | undefined, number | null>;
  /** Null = as its provider promises. */
  honours_idempotency_keys: ColumnType<boolean | null, boolean | null | undefined, boolean | null>;
  /** Whether messages that come in are filed by their recipient. */
  shared: Generated<boolean>;
  created_at: CreatedAt;
  disabled_at: ColumnType<string | null, string | null | undefined, string | null>;
}

interface ConversationSettingTable {
  conversation_id: ConversationId;
  account_id: AccountId;
  title: string | null;
  status: Generated<'open' | 'closed'>;
  /** When the newest message from the other side was accepted that was known of at the close; null = none was. */
  heard_until: string | null;
  changed_at: Generated<string>;
}

interface AuditLogTable {
  id: string;
  account_id: AccountId;
  at: CreatedAt;
  /** The API key. */
  by: string;
  action: Action;
  subject: string;
  details: Record<string, unknown>;
}

/** The tables of the gateway's schema that are written through the query builder. */
export interface Tables {
  account: AccountTable;
  api_key: ApiKeyTable;
  user: UserTable;
  friend: FriendTable;
  sender: SenderTable;
  connection: ConnectionTable;
  conversation_setting: ConversationSettingTable;
  audit_log: AuditLogTable;
}
