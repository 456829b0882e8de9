import type { KeywordReceived } from '@parley/contracts/facts/consent-facts';
import type { ExportItem, ExportPage } from '@parley/contracts/requests/export';
import { each, type RequestHandler } from '@parley/platform/bus';
import type { Executor } from '@parley/platform/db';
import { loadPage } from './store.ts';

/** Answers pages of all keywords in the order in which they were stored. */
export function keywordExporter(db: Executor): RequestHandler<ExportItem, ExportPage<KeywordReceived>> {
  return each((item) => loadPage(db, item));
}
