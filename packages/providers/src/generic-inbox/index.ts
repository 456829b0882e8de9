import { readWebhook } from '../reading/read-webhook.ts';
import { receivesOnly } from '../sending/receives-only.ts';
import { hmacHex } from '../signing/hmac-hex.ts';
import type { SigningProvider } from '../signing/sign.ts';
import { incomingMessage, incomingMessageFor } from './incoming-message.ts';

/** An inbox for anything that can sign a JSON body: it receives text messages and sends nothing. */
export const genericInbox: SigningProvider = {
  name: 'generic',
  ...receivesOnly,
  ...hmacHex('x-signature'),
  content: 'json',
  webhooks: [incomingMessage],
  parse: (webhook) => readWebhook(webhook, incomingMessageFor),
};
