import { z } from 'zod';
import type { RequestContract } from '../contract.ts';
import { accountId, connectionId, messageId } from '../ids.ts';
import { timelineEntry } from '../timeline.ts';

/** What a provider calls a message that it took. */
export const providerReference = z.object({ connection_id: connectionId, provider_message_id: z.string() });
export type ProviderReference = z.infer<typeof providerReference>;

const dispatcherItem = z.object({ account_id: accountId, message_id: messageId });
export type DispatcherTimelineItem = z.infer<typeof dispatcherItem>;
const dispatcherReply = z.object({
  /** Oldest first. */
  entries: z.array(timelineEntry),
  /** What providers called it, attempt by attempt: receipts are known by these. */
  references: z.array(providerReference),
  trace_id: z.string().nullable(),
});
export type DispatcherTimeline = z.infer<typeof dispatcherReply>;

/** What dispatcher knows of a message; null when it has no such message in that account. */
export const readDispatcherTimelines: RequestContract<DispatcherTimelineItem, DispatcherTimeline | null> = {
  subject: 'dispatcher.read-timelines',
  version: 1,
  item: dispatcherItem,
  reply: dispatcherReply.nullable(),
};

/** Most that one request names; of a message with more attempts the newest count. */
export const MAX_REFERENCES = 200;

const ingestItem = dispatcherItem.extend({ references: z.array(providerReference).max(MAX_REFERENCES) });
export type IngestTimelineItem = z.infer<typeof ingestItem>;
const ingestReply = z.object({
  /** Whether the message itself is one that ingest received. */
  found: z.boolean(),
  /** Oldest first: its reception, and the receipts on these references. */
  entries: z.array(timelineEntry),
  trace_id: z.string().nullable(),
});
export type IngestTimeline = z.infer<typeof ingestReply>;

/** What ingest knows of a message of its own, or of the receipts on one of dispatcher's. */
export const readIngestTimelines: RequestContract<IngestTimelineItem, IngestTimeline> = {
  subject: 'ingest.read-timelines',
  version: 1,
  item: ingestItem,
  reply: ingestReply,
};
