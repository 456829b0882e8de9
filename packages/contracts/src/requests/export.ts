import { z } from 'zod';
import type { RequestContract } from '../contract.ts';
import { keywordReceived, type KeywordReceived } from '../facts/consent-facts.ts';
import { receiptReceived, type ReceiptReceived } from '../facts/receipt-facts.ts';
import { message, type Message } from '../message.ts';
import { instant } from '../text.ts';

/** Where an export goes on: strictly after this row, ordered by (changed_at, id). */
const exportCursor = z.object({ changed_at: instant, id: z.uuid() });
export type ExportCursor = z.infer<typeof exportCursor>;

const exportItem = z.object({
  /** Rows changed at this instant or later; the cursor wins. */
  since: instant,
  after: exportCursor.nullable(),
  limit: z.int().min(1).max(1_000),
});
export type ExportItem = z.infer<typeof exportItem>;

/** A page of rows and where the next one starts; `next` is null on the last page. */
export interface ExportPage<Row> {
  rows: Row[];
  next: ExportCursor | null;
}

const exportContract = <Row>(
  subject: string,
  row: z.ZodType<Row>,
): RequestContract<ExportItem, ExportPage<Row>> => ({
  subject,
  version: 1,
  item: exportItem,
  reply: z.object({ rows: z.array(row), next: exportCursor.nullable() }),
});

/** Everything dispatcher knows of messages changed since: how projections catch up and are rebuilt. */
export const exportDispatcherMessages = exportContract<Message>('dispatcher.export-messages', message);
/** Everything ingest knows of messages received since. */
export const exportIngestMessages = exportContract<Message>('ingest.export-messages', message);
/** Receipts received since: how dispatcher catches up. */
export const exportReceipts = exportContract<ReceiptReceived>('ingest.export-receipts', receiptReceived);
/** Keywords stored since: likewise. */
export const exportKeywords = exportContract<KeywordReceived>('ingest.export-keywords', keywordReceived);
