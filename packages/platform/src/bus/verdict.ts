import { asUnavailable } from '../db/failures.ts';
import { QueueFull } from '../runtime/batcher.ts';
import { messageOf, OutcomeUnknown, Unavailable } from '../runtime/unavailable.ts';
import { Undecodable } from './envelope.ts';

/**
 * What became of a bus message, from a closed set. `done`: never again. `retry`: again after `after_ms`, at most
 * 5 s (longer waits belong in the outbox). `reject`: never again, kept as a dead letter.
 */
export type Verdict =
  | { verdict: 'done' }
  | { verdict: 'retry'; after_ms: number; reason: string }
  | { verdict: 'reject'; reason: string };

/** The verdict of a handler that has nothing more to say. */
export const DONE: Verdict = { verdict: 'done' };

/** The longest a message is put back for, ms. */
export const MAX_RETRY_MS = 5_000;
/** How long a message waits for something that is down, ms. */
export const PASSING_RETRY_MS = 1_000;
/** A handler that keeps throwing for a reason of its own makes the message a dead letter at this delivery. */
const MAX_DELIVERIES = 10;

/** The verdict on a message whose handler threw at this delivery, counted from 1. */
export function verdictOf(error: unknown, deliveries: number): Verdict {
  const reason = messageOf(error);
  if (error instanceof Undecodable) return { verdict: 'reject', reason: `cannot be read: ${reason}` };
  if (isPassing(error)) return { verdict: 'retry', after_ms: PASSING_RETRY_MS, reason };
  if (deliveries >= MAX_DELIVERIES) return { verdict: 'reject', reason };
  return { verdict: 'retry', after_ms: Math.min(200 * 2 ** deliveries, MAX_RETRY_MS), reason };
}

/** Trouble that is not the message's own: what failed is tried again for as long as that takes. */
export function isPassing(error: unknown): boolean {
  // Statements outside a transaction throw what the driver does.
  const failure = asUnavailable(error);
  return failure instanceof Unavailable || failure instanceof OutcomeUnknown || failure instanceof QueueFull;
}
