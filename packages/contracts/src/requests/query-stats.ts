import { z } from 'zod';
import type { RequestContract } from '../contract.ts';
import { accountId } from '../ids.ts';
import { direction, messageType } from '../message-type.ts';
import { instant } from '../text.ts';

const queryItem = z.object({
  account_id: accountId,
  /** Messages whose own time is this or later; null = from the first on. */
  since: instant.nullable(),
  /** Messages whose own time is before this; null = to the last. */
  until: instant.nullable(),
  direction: direction.nullable(),
  type: messageType.nullable(),
  /** How many of the busiest senders. */
  top: z.int().min(1).max(100),
});
export type StatsQuery = z.infer<typeof queryItem>;

const count = z.int();
const milliseconds = z.number().nullable();

/** Exact counts of messages; how long their delivery took is right within 5 %. */
export const stats = z.object({
  total: count,
  by_day: z
    .array(z.object({ date: z.iso.date(), count }))
    .describe('UTC days of their own time with at least one message, ascending.'),
  top_senders: z.array(z.object({ from: z.string(), count })).describe('The busiest first; ties by address.'),
  senders_count: count.describe('How many different senders.'),
  by_status: z.record(z.string(), count),
  by_type: z.record(z.string(), count),
  by_direction: z.record(z.string(), count),
  first_message_at: instant.nullable(),
  last_message_at: instant.nullable(),
  delivery_latency: z
    .object({
      count: count.describe('Messages known to be delivered.'),
      p50_ms: milliseconds.describe('Half of them took no longer.'),
      p95_ms: milliseconds.describe('19 of 20 took no longer.'),
    })
    .describe('From accept, or from `send_at`, until `delivered_at`; within 5 %.'),
});
export type Stats = z.infer<typeof stats>;

/** An account's statistics. */
export const queryStats: RequestContract<StatsQuery, Stats> = {
  subject: 'reporting.query-stats',
  version: 1,
  item: queryItem,
  reply: stats,
};
