import { connectionId, type ConnectionId } from '@parley/contracts/ids';
import {
  verdictOf,
  webhookVerdict,
  type WebhookItem,
  type WebhookReply,
  type WebhookVerdict,
} from '@parley/contracts/requests/receive-webhooks';
import { text } from '@parley/contracts/text';
import type { Requester } from '@parley/platform/bus';
import {
  Problem,
  requireFormType,
  requireJsonType,
  tracedBy,
  type Handler,
  type HttpRequest,
} from '@parley/platform/http';
import { OutcomeUnknown, type Metrics } from '@parley/platform/runtime';
import type { Provider } from '@parley/providers/provider';
import { providerNamed, PROVIDERS } from '@parley/providers/registry';
import { z } from 'zod';
import type { Operation } from '../describe-api/operation.ts';
import type { Lookup } from '../lookup.ts';
import { isOpen, outcomeUnknown, sentHeaders, toReply, type WebhookDoor } from './decide.ts';
import { sentTo } from './sent-to.ts';

export interface ReceiveWebhookOptions {
  receive: Requester<WebhookItem, WebhookReply>;
  doors: Lookup<WebhookDoor>;
  metrics: Metrics;
  /** Where the gateway is reached from outside, without a trailing slash; absent = where a request says. */
  publicUrl?: string | undefined;
}

const MAX_BODY_BYTES = 1_000_000;
/** What a path may name without asking the database. */
const pathId = text.max(64).pipe(connectionId);

/** Takes a provider's webhook with its bytes unchanged: 200 once it is committed. */
export function receiveWebhook({ receive, doors, metrics, publicUrl }: ReceiveWebhookOptions): Handler {
  const results = metrics.counter('webhook_requests_total', 'Webhooks by what became of them', ['result']);
  for (const result of webhookVerdict.options) results.inc({ result }, 0);
  const count = (result: WebhookVerdict) => results.inc({ result });
  return async (request) => {
    const { connection_id, provider } = await openDoor(request.params['connection'], doors);
    const body = await readBody(request, provider).catch((error: unknown) => {
      if (error instanceof Problem) count('validation_error');
      throw error;
    });
    const reply = await handOver(receive, {
      connection_id,
      received_at: new Date().toISOString(),
      url: sentTo(request, publicUrl),
      headers: sentHeaders(request.headers, provider?.signed_by ?? []),
      body_base64: body.toString('base64'),
      ...tracedBy(request),
    });
    count(verdictOf(reply));
    return toReply(reply, provider?.answer);
  };
}

/** The connection that a path names, and the provider whose webhooks come through it. */
async function openDoor(
  name: string | undefined,
  doors: Lookup<WebhookDoor>,
): Promise<{ connection_id: ConnectionId; provider: Provider | null }> {
  const connection_id = pathId.safeParse(name).data;
  const door = connection_id === undefined ? null : await doors.find(connection_id);
  if (connection_id === undefined || door === null || !isOpen(door, Date.now()))
    throw new Problem('not_found', 'There is no connection of this name.');
  return { connection_id, provider: providerNamed(door.provider) };
}

/** The bytes of a webhook; throws the problem of one that is too large, or of another kind than its provider's. */
async function readBody(request: HttpRequest, provider: Provider | null): Promise<Buffer> {
  const body = await request.readBody(MAX_BODY_BYTES);
  if (provider?.content === 'form') requireFormType(request);
  else requireJsonType(request);
  return body;
}

async function handOver(
  receive: Requester<WebhookItem, WebhookReply>,
  item: WebhookItem,
): Promise<WebhookReply> {
  try {
    return await receive(item);
  } catch (error) {
    throw error instanceof OutcomeUnknown ? outcomeUnknown() : error;
  }
}

const taken = z.object({ status: z.enum(['accepted', 'duplicate']) });

/** What may come in so: whatever any provider sends. */
function webhooksOf(content: Provider['content']): z.ZodType {
  return z.union([
    ...new Set(PROVIDERS.filter((one) => one.content === content).flatMap((one) => one.webhooks)),
  ]);
}

/** What it tells of itself. */
export const receiveWebhookDocs: Operation = {
  id: 'receiveWebhook',
  summary: 'Deliver a message or a receipt',
  description: 'What it takes, and how it is signed, depends on the provider of the connection.',
  body: {
    schema: webhooksOf('json'),
    form: webhooksOf('form'),
    examples: {
      'A message to an inbox': {
        message_id: 'm1',
        from: '+919876543210',
        to: '+14155550100',
        timestamp: '2025-01-15T10:00:00Z',
        text: 'Hello',
      },
      'An SMS': {
        from: '+18045551234',
        to: '+12016661234',
        type: 'sms',
        messaging_provider_id: 'message-1',
        body: 'text message',
        attachments: null,
        timestamp: '2024-11-01T14:00:00Z',
      },
      'An e-mail': {
        from: '[user@useapp.com](mailto:user@useapp.com)',
        to: '[contact@gmail.com](mailto:contact@gmail.com)',
        xillio_id: 'message-2',
        body: '<html><body>html is <b>allowed</b> here </body></html>',
        attachments: ['attachment-url'],
        timestamp: '2024-11-01T14:00:00Z',
      },
      'A receipt': { provider_reference: 'ref-1', status: 'DELIVERED' },
    },
  },
  problems: ['invalid_signature', 'unavailable', 'outcome_unknown'],
  reply: { status: 200, is: 'Committed, now or before.', schema: taken, texts: ['text/xml'] },
};
