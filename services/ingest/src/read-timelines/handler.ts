import type { IngestTimeline, IngestTimelineItem } from '@parley/contracts/requests/read-timelines';
import type { RequestHandler } from '@parley/platform/bus';
import type { Executor } from '@parley/platform/db';
import { loadMessages } from '../read-messages/store.ts';
import { entriesOfMessage, entryOfReceipt } from './entries.ts';
import { loadReceipts } from './store.ts';

/**
 * Answers what ingest knows of messages: how its own came in, and the receipts on what providers call dispatcher's. Two
 * statements for all. Throws `Unavailable`.
 */
export function timelineReader(db: Executor): RequestHandler<IngestTimelineItem, IngestTimeline> {
  return async (items) => {
    const [rows, receipts] = await Promise.all([
      loadMessages(
        db,
        items.map((item) => item.message_id),
      ),
      loadReceipts(
        db,
        items.flatMap(({ references }, place) => references.map((one) => ({ ...one, place }))),
      ),
    ]);
    const messages = new Map(rows.map((row) => [row.id, row]));
    const reports = Map.groupBy(receipts, ({ place }) => place);
    return items.map(({ message_id, account_id }, place) => {
      const found = messages.get(message_id);
      const message = found?.account_id === account_id ? found : null;
      return {
        found: message !== null,
        entries: [
          ...(message === null ? [] : entriesOfMessage(message)),
          ...(reports.get(place) ?? []).map(entryOfReceipt),
        ],
        trace_id: message?.trace_id ?? null,
      };
    });
  };
}
