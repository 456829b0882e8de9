import { z } from 'zod';
import type { RequestContract } from '../contract.ts';
import { accountId } from '../ids.ts';

const queryItem = z.object({ account_id: accountId });
export type StatsQuery = z.infer<typeof queryItem>;

/** Counts over all of an account's messages, both directions. */
export const stats = z.object({
  total: z.int(),
  /** UTC days with at least one message, ascending. */
  by_day: z.array(z.object({ date: z.iso.date(), count: z.int() })),
  /** The ten busiest senders, descending; ties by address. */
  top_senders: z.array(z.object({ from: z.string(), count: z.int() })),
  by_status: z.record(z.string(), z.int()),
  by_type: z.record(z.string(), z.int()),
});
export type Stats = z.infer<typeof stats>;

/** An account's statistics. */
export const queryStats: RequestContract<StatsQuery, Stats> = {
  subject: 'reporting.query-stats',
  version: 1,
  item: queryItem,
  reply: stats,
};
