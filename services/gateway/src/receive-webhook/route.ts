import { connectionId, type ConnectionId } from '@parley/contracts/ids';
import type { WebhookItem, WebhookReply } from '@parley/contracts/requests/receive-webhooks';
import { text } from '@parley/contracts/text';
import type { Requester } from '@parley/platform/bus';
import { Problem, requireJsonType, type Handler } from '@parley/platform/http';
import { OutcomeUnknown, type Metrics } from '@parley/platform/runtime';
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

export interface ReceiveWebhookOptions {
  receive: Requester<WebhookItem, WebhookReply>;
  doors: Lookup<WebhookDoor>;
  metrics: Metrics;
}

const MAX_BODY_BYTES = 1_000_000;
/** What a path may name without asking the database. */
const pathId = text.max(64).pipe(connectionId);

/** Takes a provider's webhook with its bytes unchanged: 200 once it is committed. */
export function receiveWebhook({ receive, doors, metrics }: ReceiveWebhookOptions): Handler {
  const results = metrics.counter('webhook_requests_total', 'Webhooks by what became of them', ['result']);
  for (const result of WEBHOOK_RESULTS) results.inc({ result }, 0);
  return async (request) => {
    const connection_id = await openDoor(request.params['connection'], doors);
    const body = await request.readBody(MAX_BODY_BYTES);
    requireJsonType(request);
    const reply = await handOver(receive, {
      connection_id,
      received_at: new Date().toISOString(),
      headers: signedHeaders(request.headers),
      body_base64: body.toString('base64'),
      trace_id: request.trace_id,
    });
    const result = resultOf(reply);
    if (result !== null) results.inc({ result });
    return toReply(reply);
  };
}

async function openDoor(name: string | undefined, doors: Lookup<WebhookDoor>): Promise<ConnectionId> {
  const id = pathId.safeParse(name).data;
  if (id === undefined || !isOpen(await doors.find(id), Date.now()))
    throw new Problem('not_found', 'There is no connection of this name.');
  return id;
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
