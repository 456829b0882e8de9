import type { PageResult } from '@parley/contracts/requests/paging';
import type { LoggedWebhook, ReadWebhookItem, WebhookLogQuery } from '@parley/contracts/requests/webhook-log';
import { each, type RequestHandler } from '@parley/platform/bus';
import { readPage } from '@parley/platform/db';
import type { Kysely } from 'kysely';
import type { IngestTables } from '../database.ts';
import { listWebhooks, loadWebhook } from './store.ts';

/** Answers pages of the webhook log. Throws `Unavailable`. */
export function webhookLister(
  db: Kysely<IngestTables>,
): RequestHandler<WebhookLogQuery, PageResult<LoggedWebhook>> {
  return each(({ account_id, filter, page }) => readPage(listWebhooks(db, account_id, filter), page));
}

/** Answers webhooks by their ids, whole. Throws `Unavailable`. */
export function webhookReader(
  db: Kysely<IngestTables>,
): RequestHandler<ReadWebhookItem, LoggedWebhook | null> {
  return each(({ account_id, id }) => loadWebhook(db, account_id, id));
}
