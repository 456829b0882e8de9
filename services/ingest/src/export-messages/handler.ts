import type { Message } from '@parley/contracts/message';
import type { ExportItem, ExportPage } from '@parley/contracts/requests/export';
import type { RequestHandler } from '@parley/platform/bus';
import type { Executor } from '@parley/platform/db';
import { toMessage } from '../inbound-message.ts';
import { loadPage, type ExportedMessage } from './store.ts';

/** Answers pages of all inbound messages in the order in which they were stored. */
export function messageExporter(db: Executor): RequestHandler<ExportItem, ExportPage<Message>> {
  return (items) => Promise.all(items.map(async (item) => toPage(await loadPage(db, item))));
}

function toPage(rows: readonly ExportedMessage[]): ExportPage<Message> {
  const last = rows.at(-1);
  return {
    rows: rows.map(({ changed_at: _, found: __, ...inbound }) => toMessage(inbound)),
    next:
      last !== undefined && last.found > rows.length ? { changed_at: last.changed_at, id: last.id } : null,
  };
}
