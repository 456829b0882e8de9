import { z } from 'zod';
import type { RequestContract } from '../contract.ts';
import { fieldError } from '../http/problem.ts';
import { accountId, connectionId, messageId } from '../ids.ts';
import { instant } from '../text.ts';
import { page, pageResult, type PageResult } from './paging.ts';
import { MAX_REFERENCES } from './read-timelines.ts';
import { webhookVerdict } from './receive-webhooks.ts';

/** What came of a webhook, at first or in a replay. */
const judged = z.object({
  verdict: webhookVerdict,
  /** Why it was refused; null for one that was not. */
  reason: z.string().nullable(),
  errors: z.array(fieldError),
});

/** A webhook that came in, and what became of it. */
export const loggedWebhook = judged.extend({
  id: z.uuid(),
  connection: connectionId,
  received_at: instant,
  /** What is secret in both is masked. */
  url: z.string(),
  headers: z.record(z.string(), z.string()),
  /** The first bytes of it where it is longer than what is told of it, or than what is kept. */
  body_base64: z.base64(),
  /** As it came in. */
  body_bytes: z.int(),
  /** What the provider calls the message that it is, or reports on; null when it was not read. */
  provider_message_id: z.string().nullable(),
  /** The message that it became, or that a receipt names; null when there is none, or nobody said. */
  message_id: messageId.nullable(),
  receipt_id: z.uuid().nullable(),
  trace_id: z.string().nullable(),
  /** The last one; null when there was none. */
  replay: judged.extend({ at: instant }).nullable(),
});
export type LoggedWebhook = z.infer<typeof loggedWebhook>;

/** Conditions on logged webhooks, combined with AND; null means "any". */
export const webhookLogFilter = z.object({
  connection: connectionId.nullable(),
  verdict: webhookVerdict.nullable(),
  /** What a provider calls a message; on that connection, or, null, on any. Webhooks of any of these names. */
  names: z
    .array(z.object({ connection: connectionId.nullable(), provider_message_id: z.string() }))
    .max(MAX_REFERENCES)
    .nullable(),
  /** Both inclusive. */
  since: instant.nullable(),
  until: instant.nullable(),
});
export type WebhookLogFilter = z.infer<typeof webhookLogFilter>;

const queryItem = z.object({ account_id: accountId, filter: webhookLogFilter, page });
export type WebhookLogQuery = z.infer<typeof queryItem>;

/** A page of an account's webhooks, (received_at, id) descending, each with no more than the first 4 kB of its body. */
export const queryWebhookLog: RequestContract<WebhookLogQuery, PageResult<LoggedWebhook>> = {
  subject: 'ingest.query-webhook-log',
  version: 1,
  item: queryItem,
  reply: pageResult(loggedWebhook),
};

const readItem = z.object({ account_id: accountId, id: z.uuid() });
export type ReadWebhookItem = z.infer<typeof readItem>;

/** A logged webhook whole; null when the account has none of this id. */
export const readWebhookLog: RequestContract<ReadWebhookItem, LoggedWebhook | null> = {
  subject: 'ingest.read-webhook-log',
  version: 1,
  item: readItem,
  reply: loggedWebhook.nullable(),
};

const replayItem = readItem.extend({ at: instant, trace_id: z.string().nullable() });
export type ReplayWebhookItem = z.infer<typeof replayItem>;

/**
 * Takes a logged webhook once more: what is new of it is stored as of now, what is stored already is a duplicate, and a
 * keyword counts as of when it came in. One that was
 * signed needs no signature again; one that was not is verified again, with the secrets that are live now. Answers the
 * webhook with this replay in it; null when the account has none of this id.
 */
export const replayWebhooks: RequestContract<ReplayWebhookItem, LoggedWebhook | null> = {
  subject: 'ingest.replay-webhooks',
  version: 1,
  item: replayItem,
  reply: loggedWebhook.nullable(),
};
