import { connectionId, parseMessageId, type AccountId } from '@parley/contracts/ids';
import { webhookVerdict } from '@parley/contracts/requests/receive-webhooks';
import type { WebhookLogFilter } from '@parley/contracts/requests/webhook-log';
import { text, time } from '@parley/contracts/text';
import { z } from 'zod';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import { listOf, type Operation } from '../describe-api/operation.ts';
import type { Owners } from '../owners.ts';
import { EMPTY, listReply, toPage } from '../page-lists/page.ts';
import { pagingParameters, readParameters } from '../page-lists/parameters.ts';
import { findMessage, type Readers } from '../read-message/find.ts';
import { shownWebhook, webhookResource } from './decide.ts';

const parameters = z.strictObject({
  ...pagingParameters,
  connection: text.pipe(connectionId).optional(),
  verdict: webhookVerdict.optional(),
  provider_message_id: text.optional(),
  message_id: z.string().optional().describe('Those that brought this message, or reported on it.'),
  since: time.optional().describe('Received then or later.'),
  until: time.optional().describe('Received then or earlier.'),
});
type Wanted = z.infer<typeof parameters>;

/** A page of the webhooks that came in for the account, newest first. */
export function listWebhookLog(owners: Pick<Owners, 'queryWebhookLog'> & Readers): KeyedHandler {
  return async ({ query }, { account_id }) => {
    const wanted = readParameters(parameters, query);
    const { cursor, limit, page: number, per_page, ...conditions } = wanted;
    const list = { name: 'webhook-log', account_id, filter: conditions };
    const page = toPage({ cursor, limit, page: number, per_page }, list);
    const filter = await toFilter(conditions, account_id, owners);
    const result = filter === null ? EMPTY : await owners.queryWebhookLog({ account_id, filter, page });
    return listReply(result, page, list, webhookResource);
  };
}

/** The conditions in ingest's words; null when nothing can meet them. Throws `Unavailable`. */
async function toFilter(
  wanted: Omit<Wanted, keyof typeof pagingParameters>,
  account_id: AccountId,
  owners: Readers,
): Promise<WebhookLogFilter | null> {
  const { connection, verdict, provider_message_id, message_id, since, until } = wanted;
  const filter = {
    connection: connection ?? null,
    verdict: verdict ?? null,
    provider_message_id: provider_message_id ?? null,
    since: since ?? null,
    until: until ?? null,
  };
  if (message_id === undefined) return filter;
  const id = parseMessageId(message_id);
  const message = id === null ? null : await findMessage(owners, { account_id, message_id: id });
  const called = connectionId.safeParse(message?.provider).data;
  if (message === null || message.provider_message_id === null || called === undefined) return null;
  if (filter.connection !== null && filter.connection !== called) return null;
  if (filter.provider_message_id !== null && filter.provider_message_id !== message.provider_message_id)
    return null;
  return { ...filter, connection: called, provider_message_id: message.provider_message_id };
}

/** What it tells of itself. */
export const listWebhookLogDocs: Operation = {
  id: 'listWebhookLog',
  summary: 'List the webhooks that came in, newest first',
  description: 'Each with no more than the first 4 kB of its body.',
  query: parameters,
  reply: { status: 200, is: 'A page.', schema: listOf(shownWebhook) },
};
