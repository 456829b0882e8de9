import type { AccountId } from '@parley/contracts/ids';
import type { WebhookItem, WebhookReply } from '@parley/contracts/requests/receive-webhooks';
import type { KnownConnection } from '@parley/platform/directory';
import type { IncomingMessage, IncomingReceipt, Provider, Webhook } from '@parley/providers/provider';
import { providerNamed } from '@parley/providers/registry';

/** A webhook that is not taken, and why. */
export type Refused = Extract<WebhookReply, { outcome: 'refused' }>;

/** A webhook that its connection's provider signed and that says nothing to keep. */
export interface Ignored {
  outcome: 'ignored';
}

/** A webhook that its connection's provider signed, and what it says. */
export interface Received<Event = IncomingMessage | IncomingReceipt> {
  outcome: 'received';
  item: WebhookItem;
  connection: KnownConnection;
  /** Where it is filed: at the connection's own account, unless the connection is shared. */
  account_id: AccountId;
  /** When what it says is stored: as it comes in, but for a replay. */
  stored_at: string;
  event: Event;
}

/** What a webhook says, or why it is not taken. */
export type Reading = Received | Refused | Ignored;

/**
 * Verifies a webhook on its raw bytes and reads it, both as its connection's provider writes them. `connection` is
 * null when there is none of the item's id. Never throws.
 */
export function readWebhook(item: WebhookItem, connection: KnownConnection | null): Reading {
  const provider = connection === null ? null : providerNamed(connection.provider);
  if (connection === null || provider === null)
    return refuse('not_found', `there is no connection ${item.connection_id}`);
  const webhook = webhookOf(item);
  if (!provider.verify(webhook, connection.secrets))
    return refuse(
      'invalid_signature',
      `No live secret of this connection signed this. Expected: ${provider.signature}`,
    );
  return readVerified(item, connection, provider.parse(webhook));
}

/** A webhook as its provider's folder takes it. */
export function webhookOf({ headers, url, body_base64, received_at }: WebhookItem): Webhook {
  return { headers, url, body: Buffer.from(body_base64, 'base64'), at: Date.parse(received_at) };
}

/** What a webhook says whose signature is not in doubt. */
export function readVerified(
  item: WebhookItem,
  connection: KnownConnection,
  event: ReturnType<Provider['parse']>,
): Reading {
  if (event.kind === 'invalid_json') return refuse('invalid_json', event.detail);
  if (event.kind === 'invalid')
    return { ...refuse('validation_failed', 'the webhook cannot be read'), errors: event.errors };
  if (event.kind === 'ignored') return { outcome: 'ignored' };
  if (event.kind === 'message' && connection.is_disabled)
    return refuse('not_found', 'This connection is in use no more: it takes receipts only.');
  const { account_id } = connection;
  return { outcome: 'received', item, connection, account_id, stored_at: item.received_at, event };
}

/** A refusal without pointers. */
export function refuse(code: Refused['code'], detail: string): Refused {
  return { outcome: 'refused', code, detail, errors: [] };
}
