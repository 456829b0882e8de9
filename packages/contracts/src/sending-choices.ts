import { z } from 'zod';

/** What may overtake what: one-time codes never wait behind a campaign. */
export const priority = z.enum(['high', 'normal']);
export type Priority = z.infer<typeof priority>;

/** What a message is for: marketing by e-mail can be unsubscribed from by one click. */
export const category = z.enum(['transactional', 'marketing']);
export type Category = z.infer<typeof category>;

/**
 * What to do when nobody knows whether a call sent the message. `hold`: wait for a person or a late receipt.
 * `retry`: call again with the same key. `reconcile`: ask the provider for our reference first.
 */
export const unknownPolicy = z.enum(['hold', 'retry', 'reconcile']);
export type UnknownPolicy = z.infer<typeof unknownPolicy>;

/** How far ahead a message may be scheduled, ms. */
export const MAX_SCHEDULE_MS = 35 * 24 * 3_600_000;
/** How long a message may wait to be sent, counted from accept or from its `send_at`, s. */
export const MAX_VALID_FOR_S = 7 * 24 * 3_600;
/** Most recipients of one message. */
export const MAX_RECIPIENTS = 50;
/** Most messages in one request, after its recipients have been counted one by one. */
export const MAX_BATCH_MESSAGES = 500;
