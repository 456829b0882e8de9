import { connectionId, type ConnectionId } from '@parley/contracts/ids';
import type { WebhookItem, WebhookReply } from '@parley/contracts/requests/receive-webhooks';
import { text } from '@parley/contracts/text';
import type { Requester } from '@parley/platform/bus';
import { Problem, requireFormType, requireJsonType, type Handler } from '@parley/platform/http';
import { OutcomeUnknown, type Metrics } from '@parley/platform/runtime';
import type { Provider } from '@parley/providers/provider';
import { providerNamed } from '@parley/providers/registry';
import type { Lookup } from '../lookup.ts';
import {
  isOpen,
  outcomeUnknown,
  resultOf,
  signedHeaders,
  toReply,
  WEBHOOK_RESULTS,
  type WebhookDoor,
} from './decide.ts';
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
  for (const result of WEBHOOK_RESULTS) results.inc({ result }, 0);
  return async (request) => {
    const { connection_id, provider } = await openDoor(request.params['connection'], doors);
    const body = await request.readBody(MAX_BODY_BYTES);
    if (provider?.content === 'form') requireFormType(request);
    else requireJsonType(request);
    const reply = await handOver(receive, {
      connection_id,
      received_at: new Date().toISOString(),
      url: sentTo(request, publicUrl),
      headers: signedHeaders(request.headers),
      body_base64: body.toString('base64'),
      trace_id: request.trace_id,
    });
    const result = resultOf(reply);
    if (result !== null) results.inc({ result });
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
