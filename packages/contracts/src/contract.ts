import type { z } from 'zod';

/**
 * A question that needs its answer now: core NATS request-reply in a queue group. It carries an array of items
 * and is answered by an array of replies in the same order.
 */
export interface RequestContract<Item, Reply> {
  subject: string;
  version: number;
  item: z.ZodType<Item>;
  reply: z.ZodType<Reply>;
}

/** Something that happened, in the past tense. One bus message carries the facts of one committed batch. */
export interface FactContract<Fact> {
  subject: string;
  version: number;
  fact: z.ZodType<Fact>;
}

/** Something to be done once by someone: one bus message an item, ids and routing only. */
export interface WorkContract<Work> {
  subject: (work: Work) => string;
  version: number;
  work: z.ZodType<Work>;
}

/** A hint to every running instance: core NATS, may be lost, so nothing may depend on it but freshness. */
export interface NoticeContract<Notice> {
  subject: string;
  version: number;
  notice: z.ZodType<Notice>;
}

/** Most items in one request and most facts in one bus message. */
export const MAX_REQUEST_ITEMS = 500;
export const MAX_FACTS = 200;
/** Most bytes of JSON in one request or one bus message of facts. */
export const MAX_REQUEST_BYTES = 1_000_000;
export const MAX_FACTS_BYTES = 256_000;
