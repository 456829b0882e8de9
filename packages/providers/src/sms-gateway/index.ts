import { incomingReceipt, isReceipt } from '../reading/receipt.ts';
import { readWebhook } from '../reading/read-webhook.ts';
import { findMessage } from '../sending/find-message.ts';
import { everyServerError, postMessage } from '../sending/post-message.ts';
import { hmacHex } from '../signing/hmac-hex.ts';
import type { SigningProvider } from '../signing/sign.ts';
import { incomingMessage } from './incoming-message.ts';

/** Sends and receives SMS and MMS; reports deliveries on the same path as messages. */
export const smsGateway: SigningProvider = {
  name: 'sms-gateway',
  types: ['sms', 'mms'],
  honours_idempotency_keys: true,
  ...hmacHex('x-provider-signature'),
  content: 'json',
  webhooks: [incomingMessage, incomingReceipt],
  parse: (webhook) => readWebhook(webhook, (value) => (isReceipt(value) ? incomingReceipt : incomingMessage)),
  send: (message, account, post) => {
    const { from, to, type, body, attachments, timestamp } = message;
    const payload = { from, to, type, body, attachments, timestamp };
    return postMessage({ message, payload, account, post, notTaken: everyServerError });
  },
  find: findMessage,
};
