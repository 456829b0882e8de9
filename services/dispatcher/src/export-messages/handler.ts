import type { Message } from '@parley/contracts/message';
import type { ExportItem, ExportPage } from '@parley/contracts/requests/export';
import { each, type RequestHandler } from '@parley/platform/bus';
import type { Executor } from '@parley/platform/db';
import { loadPage } from './store.ts';

/**
 * Answers pages of all messages in the order of their last change. Reading to the last page gives every message as
 * it stood, or later, when the first page was asked for. A change that was being committed meanwhile may be missing:
 * its fact was not on the bus yet when the reading began, and reaches it afterwards through the outbox.
 */
export function messageExporter(db: Executor): RequestHandler<ExportItem, ExportPage<Message>> {
  return each((item) => loadPage(db, item));
}
