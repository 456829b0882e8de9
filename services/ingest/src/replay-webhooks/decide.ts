import type { WebhookItem } from '@parley/contracts/requests/receive-webhooks';
import type { KnownConnection } from '@parley/platform/directory';
import { providerNamed } from '@parley/providers/registry';
import {
  readVerified,
  readWebhook,
  refuse,
  webhookOf,
  type Reading,
} from '../receive-webhooks/read-webhook.ts';
import type { Signature } from '../log-webhooks/line.ts';
import type { KeptWebhook } from './store.ts';

/**
 * Reads a kept webhook once more. One that was signed when it came in, or was found to be in a replay, is believed: its bytes are the same, and its
 * signature is not kept. One that was not is verified as of the moment in which it came in, with the secrets that are
 * live now: a webhook that met a wrong secret here is taken once the right one is set, and a forged one never is. Never
 * throws.
 */
export function readAgain(item: WebhookItem, kept: KeptWebhook, connection: KnownConnection | null): Reading {
  if (kept.verdict === 'invalid_signature' && kept.signature !== null)
    return kept.is_whole
      ? readWebhook({ ...item, ...unmasked(item, kept.signature) }, connection)
      : refuse(
          'invalid_signature',
          'Nobody had signed it, so only its beginning was kept: it cannot be verified.',
        );
  const provider = connection === null ? null : providerNamed(connection.provider);
  if (connection === null || provider === null)
    return refuse('not_found', `there is no connection ${item.connection_id}`);
  return readVerified(item, connection, provider.parse(webhookOf(item)));
}

function unmasked({ headers }: WebhookItem, signature: Signature): Signature {
  return { url: signature.url, headers: { ...headers, ...signature.headers } };
}

/** A kept webhook as it came in, asked for by a request with this trace id. */
export function itemOf(kept: KeptWebhook, trace_id: string | null): WebhookItem {
  const { connection_id, received_at, url, headers, body_base64 } = kept;
  return { connection_id, received_at, url, headers, body_base64, trace_id };
}
