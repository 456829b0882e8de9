import { connectionId, parseMessageId, type AccountId } from '@parley/contracts/ids';
import { webhookVerdict } from '@parley/contracts/requests/receive-webhooks';
import type { ReadItem } from '@parley/contracts/requests/read-messages';
import { MAX_REFERENCES } from '@parley/contracts/requests/read-timelines';
import type { WebhookLogFilter } from '@parley/contracts/requests/webhook-log';
import { text, time } from '@parley/contracts/text';
import { z } from 'zod';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import { listOf, type Operation } from '../describe-api/operation.ts';
import type { Owners } from '../owners.ts';
import { EMPTY, listReply, toPage } from '../page-lists/page.ts';
import { pagingParameters, readParameters } from '../page-lists/parameters.ts';
import { firstFound } from '../read-message/decide.ts';
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
type Name = NonNullable<WebhookLogFilter['names']>[number];

/** Who knows what providers call a message. */
type Namers = Pick<Owners, 'readIngestMessages' | 'readDispatcherTimelines'>;

/** A page of the webhooks that came in for the account, newest first. */
export function listWebhookLog(owners: Pick<Owners, 'queryWebhookLog'> & Namers): KeyedHandler {
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
  owners: Namers,
): Promise<WebhookLogFilter | null> {
  const { connection = null, verdict = null, provider_message_id, message_id } = wanted;
  const filter = {
    connection,
    verdict,
    names: null,
    since: wanted.since ?? null,
    until: wanted.until ?? null,
  };
  const named = provider_message_id === undefined ? null : [{ connection, provider_message_id }];
  if (message_id === undefined) return { ...filter, names: named };
  const id = parseMessageId(message_id);
  const all = id === null ? [] : await namesOf(owners, { account_id, message_id: id });
  const names = all.filter(
    (name) =>
      (connection === null || name.connection === connection) &&
      (provider_message_id === undefined || name.provider_message_id === provider_message_id),
  );
  return names.length === 0 ? null : { ...filter, names };
}

/** What providers call a message: of one that was sent more than once all that they called it. */
async function namesOf(owners: Namers, item: ReadItem): Promise<Name[]> {
  const received = async (): Promise<Name[] | null> => {
    const message = await owners.readIngestMessages(item);
    const called = connectionId.safeParse(message?.provider).data;
    if (message === null || called === undefined || message.provider_message_id === null) return null;
    return [{ connection: called, provider_message_id: message.provider_message_id }];
  };
  const sent = async (): Promise<Name[] | null> => {
    const references = (await owners.readDispatcherTimelines(item))?.references;
    return (
      references
        ?.slice(-MAX_REFERENCES)
        .map(({ connection_id, ...name }) => ({ connection: connection_id, ...name })) ?? null
    );
  };
  return (await firstFound([received(), sent()])) ?? [];
}

/** What it tells of itself. */
export const listWebhookLogDocs: Operation = {
  id: 'listWebhookLog',
  summary: 'List the webhooks that came in, newest first',
  description: 'Each with no more than the first 4 kB of its body.',
  query: parameters,
  reply: { status: 200, is: 'A page.', schema: listOf(shownWebhook) },
};
