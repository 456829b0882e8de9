import { z } from 'zod';

/** What the load generator is to do. */
export const loadPlan = z.object({
  /** Where the requests go. */
  url: z.url(),
  headers: z.record(z.string(), z.string()),
  connections: z.int().min(1),
  /** Requests a second in an open loop; null for a closed loop. */
  rate: z.number().positive().nullable(),
  /** What Idempotency-Keys begin with; null for none. */
  keys: z.string().nullable(),
  /** Whether a request that was not accepted, or not answered, is sent again with its key until it is. */
  repeat: z.boolean(),
  /** Who sends, in turn; plain ASCII. */
  senders: z.array(z.string().regex(/^[\x20-\x7e]+$/)).min(1),
  /** What each request says besides sender, recipient and text; plain ASCII. */
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  /** Whether the ids of all accepted messages are wanted, not only a sample. */
  all_ids: z.boolean(),
});
export type LoadPlan = z.infer<typeof loadPlan>;

/** What a plan says besides its server when nothing else is wanted: a closed loop of plain messages. */
export const PLAIN_LOAD = {
  headers: {},
  connections: 64,
  rate: null,
  keys: null,
  repeat: false,
  senders: ['MyCorp'],
  fields: {},
  all_ids: false,
} satisfies Omit<LoadPlan, 'url'>;

/** To the load generator: begin; open the measured window, and end with it. */
export const loadCommand = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('start'), plan: loadPlan }),
  z.object({ kind: z.literal('measure'), seconds: z.number().positive() }),
]);
export type LoadCommand = z.infer<typeof loadCommand>;

const milliseconds = z.number().nonnegative();

/** What came of the requests. */
export const loadReport = z.object({
  /** Answered 202 from the first request to the last, warm-up included. */
  accepted: z.int(),
  /** Answered 202 within the measured window. */
  accepted_in_window: z.int(),
  /** Answered otherwise, by status and problem code (`503 unavailable`). */
  refused: z.record(z.string(), z.int()),
  /**
   * Not answered, or answered that the outcome is not known, and not accepted when sent again: may have been accepted
   * or not.
   */
  unknown: z.int(),
  /** Should have started within the window, but no connection was free before the generator gave up. */
  unsent: z.int(),
  /** Epoch, ms. */
  window_opened_at: z.number(),
  /** Of the requests that should have started within the window and were answered 202. */
  accept_ms: z.object({ p50: milliseconds, p95: milliseconds, p99: milliseconds }),
  /** Ids of some of those messages. */
  sample: z.array(z.string()),
  /** Of all accepted messages, where they were asked for. */
  ids: z.array(z.string()),
});
export type LoadReport = z.infer<typeof loadReport>;

/** From the load generator: how it goes, and at last what came of it. */
export const loadNews = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), accepted: z.int(), refused: z.int() }),
  z.object({ kind: z.literal('report'), report: loadReport }),
]);
export type LoadNews = z.infer<typeof loadNews>;
