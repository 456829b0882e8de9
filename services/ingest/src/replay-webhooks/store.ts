import type { AccountId, ConnectionId } from '@parley/contracts/ids';
import { instantOfRowId } from '@parley/contracts/ids';
import type { WebhookVerdict } from '@parley/contracts/requests/receive-webhooks';
import type { LoggedWebhook } from '@parley/contracts/requests/webhook-log';
import { available, prepared, type Executor } from '@parley/platform/db';
import type { Transaction } from 'kysely';
import type { IngestTables } from '../database.ts';
import type { Origin, Signature } from '../log-webhooks/line.ts';

/** A webhook as it is kept. */
export interface KeptWebhook {
  id: string;
  received_at: string;
  account_id: AccountId;
  connection_id: ConnectionId;
  url: string;
  headers: Record<string, string>;
  /** By which it is still to be verified; null when it was. */
  signature: Signature | null;
  body_base64: string;
  /** Whether the body is kept to its end. */
  is_whole: boolean;
  /** At first. */
  verdict: WebhookVerdict;
}

const selectKept = prepared<KeptWebhook>(
  'webhook-log-kept',
  `select id, received_at, account_id, connection_id, url, headers, signature, verdict,
     translate(encode(body, 'base64'), E'\\n', '') as body_base64, length(body) = body_bytes as is_whole
   from webhook_log where account_id = $1 and received_at = $2::timestamptz and id = $3::uuid`,
);

// What it was found to bring stays known, also when a later replay cannot read it. A signature that was found right is
// needed no more, so it is not kept.
const updateReplay = prepared(
  'webhook-log-replayed',
  `update webhook_log w set replay = r.replay,
     signature = case when r.replay->>'verdict' in ('created', 'duplicate') then null else w.signature end, kind = coalesce(r.kind, w.kind),
     provider_message_id = coalesce(r.provider_message_id, w.provider_message_id),
     event_id = coalesce(r.event_id, w.event_id)
   from jsonb_to_record($1) as r(account_id text, received_at timestamptz, id uuid, replay jsonb, kind text,
     provider_message_id text, event_id text)
   where w.account_id = r.account_id and w.received_at = r.received_at and w.id = r.id`,
);

/** A webhook to be taken again; null when the account has none of this id. Throws `Unavailable`. */
export async function loadKept(db: Executor, account_id: AccountId, id: string): Promise<KeptWebhook | null> {
  const at = instantOfRowId(id);
  if (at === null) return null;
  const [row] = await available(selectKept(db, [account_id, at, id]));
  return row ?? null;
}

/** Notes what came of a replay, over what came of the one before. */
export async function storeReplay(
  trx: Transaction<IngestTables>,
  { account_id, received_at, id }: Pick<KeptWebhook, 'account_id' | 'received_at' | 'id'>,
  replayed: Origin & { replay: LoggedWebhook['replay'] },
): Promise<void> {
  await updateReplay(trx, [JSON.stringify({ account_id, received_at, id, ...replayed })]);
}
