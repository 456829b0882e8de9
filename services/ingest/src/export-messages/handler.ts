import type { Message } from '@parley/contracts/message';
import type { ExportItem, ExportPage } from '@parley/contracts/requests/export';
import { each, type RequestHandler } from '@parley/platform/bus';
import type { Executor } from '@parley/platform/db';
import { toMessage } from '../inbound-message.ts';
import { loadPage } from './store.ts';

/** Answers pages of all inbound messages in the order in which they were stored. */
export function messageExporter(db: Executor): RequestHandler<ExportItem, ExportPage<Message>> {
  return each(async (item) => {
    const { rows, next } = await loadPage(db, item);
    return { rows: rows.map(toMessage), next };
  });
}
