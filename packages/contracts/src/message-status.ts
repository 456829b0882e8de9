import { z } from 'zod';

/** Every status a message can show. Drawn in docs/lifecycle.md. */
export const messageStatus = z.enum([
  'scheduled',
  'queued',
  'sending',
  'sent',
  'delivered',
  'undelivered',
  'failed',
  'canceled',
  'expired',
  'read',
  'received',
]);
export type MessageStatus = z.infer<typeof messageStatus>;

/**
 * The total order of statuses within a round: rank in the tens and hundreds, precedence among equals in the
 * units. A merge keeps the greater one, so any order or repetition of the same events ends in the same status.
 */
const ORDER: Record<MessageStatus, number> = {
  scheduled: 100,
  queued: 200,
  sending: 300,
  sent: 400,
  received: 400,
  canceled: 601,
  expired: 602,
  failed: 603,
  undelivered: 604,
  delivered: 605,
  read: 700,
};

/**
 * How far a message has come, as one number that only rises: round, then rank, then precedence. Owners and
 * projections keep the greatest they have seen.
 */
export function progressOf(round: number, status: MessageStatus): number {
  return round * 1_000 + ORDER[status];
}
