import type { HttpRequest } from '@parley/platform/http';
import { z } from 'zod';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import type { Operation } from '../describe-api/operation.ts';
import { shownWebhook, webhookResource } from '../list-webhook-log/decide.ts';
import type { Owners } from '../owners.ts';
import { notFound } from '../read-fields.ts';

const webhookId = z.uuid();

/** The webhook that a path names; throws the problem of one that names none. */
export function webhookIdIn(params: HttpRequest['params']): string {
  const id = webhookId.safeParse(params['id']).data;
  if (id === undefined) throw notFound('webhook');
  return id.toLowerCase();
}

/** One webhook whole, as it came in, and what became of it. */
export function readWebhookLog(owners: Pick<Owners, 'readWebhookLog'>): KeyedHandler {
  return async ({ params }, { account_id }) => {
    const webhook = await owners.readWebhookLog({ account_id, id: webhookIdIn(params) });
    if (webhook === null) throw notFound('webhook');
    return { status: 200, body: webhookResource(webhook) };
  };
}

/** What it tells of itself. */
export const readWebhookLogDocs: Operation = {
  id: 'readWebhookLog',
  summary: 'Read a webhook as it came in',
  reply: { status: 200, is: 'The webhook, its body whole.', schema: shownWebhook },
};
