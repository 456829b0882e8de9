import { z } from 'zod';
import { connectionId } from './ids.ts';
import { instant } from './text.ts';

/** Everything that can happen to a message. */
export const timelineEvent = z.enum([
  'accepted',
  'replayed',
  'received',
  'keyword',
  'possible_opt_out',
  'refused_to_send',
  'waiting',
  'attempt',
  'lookup',
  'settled',
  'sent',
  'failover',
  'held',
  'resolved',
  'canceled',
  'expired',
  'failed',
  'redriven',
  'receipt',
  'receipt_ignored',
  'receipt_overdue',
  'read',
]);
export type TimelineEvent = z.infer<typeof timelineEvent>;

/** What is worth knowing besides, by name. */
export const timelineDetails = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
export type TimelineDetails = z.infer<typeof timelineDetails>;

/** One thing that happened to a message: when, what, why, and who. */
export const timelineEntry = z.object({
  at: instant,
  event: timelineEvent,
  /** Who recorded it. */
  service: z.enum(['dispatcher', 'ingest']),
  /** The connection it was about. */
  provider: connectionId.nullable(),
  /** What happened and why, in a sentence for people. */
  summary: z.string(),
  details: timelineDetails,
});
export type TimelineEntry = z.infer<typeof timelineEntry>;
