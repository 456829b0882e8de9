import { z } from 'zod';

const rate = z.number().min(0).max(1).default(0);
const ms = z.int().min(0).max(60_000);

/** How long after its call a receipt follows when nothing else is said, ms. */
const USUAL_DELAY_MS = 50;

const receipts = z.strictObject({
  /** From the answer to the receipt. */
  delay_ms: ms.default(USUAL_DELAY_MS),
  /** Share of receipts that are delivered twice. */
  duplicate_rate: rate,
  /** Receipts overtake each other: each waits a random while of its own. */
  reorder: z.boolean().default(false),
  /** Share of receipts that reach the gateway before the call is answered. */
  before_response_rate: rate,
  /** Share of receipts that say FAILED. */
  failed_rate: rate,
});
export type ReceiptSetting = z.infer<typeof receipts>;

/** What goes wrong from now on. What is left out is off; `receipts: {}` is on without faults. */
export const chaosSetting = z
  .strictObject({
    /** The same seed gives the same faults to the same calls, counted from the moment of the setting. */
    seed: z.int().default(0),
    rate_429: rate,
    rate_500: rate,
    /** Share of calls that are accepted and then never answered. */
    drop_rate: rate,
    /** Every answer is this late. */
    latency_ms: ms.default(0),
    /** A repeated key is taken as a new message. */
    ignore_keys: z.boolean().default(false),
    /** Connections that answer everything with 503. */
    down: z.array(z.string()).default([]),
    receipts: z
      .union([z.literal('off'), receipts], 'is neither "off" nor an object of settings')
      .default('off'),
  })
  .refine(({ rate_429, rate_500, drop_rate }) => rate_429 + rate_500 + drop_rate <= 1 + Number.EPSILON, {
    path: ['drop_rate'],
    error: 'rate_429, rate_500 and drop_rate are more than 1 together',
  });
export type ChaosSetting = z.infer<typeof chaosSetting>;

/** A provider that works: what the simulator starts with. */
export const NO_CHAOS: ChaosSetting = chaosSetting.parse({ receipts: {} });
