import type { WebhookItem, WebhookReply } from '@parley/contracts/requests/receive-webhooks';
import type { KnownConnection } from '@parley/platform/directory';
import type { IncomingMessage, IncomingReceipt } from '@parley/providers/provider';
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
  event: Event;
}

/**
 * Verifies a webhook on its raw bytes and reads it, both as its connection's provider writes them. `connection` is
 * null when there is none of the item's id. Never throws.
 */
export function readWebhook(
  item: WebhookItem,
  connection: KnownConnection | null,
): Received | Refused | Ignored {
  const provider = connection === null ? null : providerNamed(connection.provider);
  if (connection === null || provider === null)
    return refuse('not_found', `there is no connection ${item.connection_id}`);
  const { headers, url, body_base64, received_at } = item;
  const webhook = { headers, url, body: Buffer.from(body_base64, 'base64'), at: Date.parse(received_at) };
  if (!provider.verify(webhook, connection.secrets))
    return refuse(
      'invalid_signature',
      `No live secret of this connection signed this. Expected: ${provider.signature}`,
    );
  const event = provider.parse(webhook);
  if (event.kind === 'invalid_json') return refuse('invalid_json', event.detail);
  if (event.kind === 'invalid')
    return { ...refuse('validation_failed', 'the webhook cannot be read'), errors: event.errors };
  if (event.kind === 'ignored') return { outcome: 'ignored' };
  if (event.kind === 'message' && connection.is_disabled)
    return refuse('not_found', 'This connection is in use no more: it takes receipts only.');
  return { outcome: 'received', item, connection, event };
}

/** A refusal without pointers. */
export function refuse(code: Refused['code'], detail: string): Refused {
  return { outcome: 'refused', code, detail, errors: [] };
}
