import { incomingReceipt, isReceipt } from '../reading/receipt.ts';
import { readWebhook } from '../reading/read-webhook.ts';
import { findMessage } from '../sending/find-message.ts';
import { everyServerError, postMessage } from '../sending/post-message.ts';
import type { SigningProvider } from '../signing/sign.ts';
import { standardWebhooks } from '../signing/standard-webhooks.ts';
import { incomingMessage } from './incoming-message.ts';

/** Sends and receives e-mail; signs its webhooks by Standard Webhooks and reports deliveries on the same path. */
export const mailGateway: SigningProvider = {
  name: 'mail-gateway',
  types: ['email'],
  honours_idempotency_keys: true,
  ...standardWebhooks,
  content: 'json',
  webhooks: [incomingMessage, incomingReceipt],
  parse: (webhook) => readWebhook(webhook, (value) => (isReceipt(value) ? incomingReceipt : incomingMessage)),
  send: (message, account, post) => {
    const { from, to, subject, body, attachments, timestamp, unsubscribe_url } = message;
    const headers = unsubscribe_url === undefined ? {} : { headers: unsubscribeHeaders(unsubscribe_url) };
    const payload = { from, to, subject, body, attachments, timestamp, ...headers };
    return postMessage({ message, payload, account, post, notTaken: everyServerError });
  },
  find: findMessage,
};

/** What makes mail programs offer a button (RFC 8058); whoever sends the e-mail signs them with DKIM. */
function unsubscribeHeaders(url: string): Record<string, string> {
  return { 'List-Unsubscribe': `<${url}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' };
}
