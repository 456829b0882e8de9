import type { SenderKind } from '@parley/contracts/address';
import type { MessageType } from '@parley/contracts/message-type';

/** The gateway's tables as `seedAccount` fills them. */
export interface DirectoryTables {
  account: { id: string; name: string; version: number; blocked_words: string[] };
  api_key: {
    id: string;
    account_id: string;
    key_hash: Buffer;
    scopes: string[];
    expires_at: string | null;
    revoked_at: string | null;
  };
  user: {
    id: string;
    account_id: string;
    user_name: string;
    first_name: string | null;
    last_name: string | null;
    email: string | null;
    phone: string | null;
  };
  sender: { id: string; account_id: string; kind: SenderKind; address: string };
  connection: {
    id: string;
    account_id: string;
    provider: string;
    types: MessageType[];
    priority: number;
    url: string | null;
    token: string | null;
    secrets: string[];
    rate_per_second: number | null;
    honours_idempotency_keys: boolean | null;
    disabled_at: string | null;
  };
}
