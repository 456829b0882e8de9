import { readWebhook } from '../reading/read-webhook.ts';
import { hmacHex } from '../signing/hmac-hex.ts';
import type { SigningProvider } from '../signing/sign.ts';
import { incomingMessageFor } from './incoming-message.ts';

/** An inbox for anything that can sign a JSON body: it receives text messages and sends nothing. */
export const genericInbox: SigningProvider = {
  name: 'generic',
  types: [],
  honours_idempotency_keys: false,
  ...hmacHex('x-signature'),
  parse: (webhook) => readWebhook(webhook, incomingMessageFor),
  send: () =>
    Promise.resolve({ kind: 'refused', code: 'cannot_send', detail: 'this connection only receives' }),
};
