import type { Counts } from './counts.ts';

/** What is waited for. */
export interface DrainGoal {
  /** Messages answered 202. */
  accepted: number;
  /** With receipts a message has gone all the way when it is delivered, else when it is sent. */
  receipts: boolean;
}

const BEFORE_SENT = ['scheduled', 'queued', 'sending'];

/** How many accepted messages have not gone all the way, by the count that shows the most. */
export function remaining({ accepted, receipts }: DrainGoal, counts: Counts): number {
  const waiting = receipts ? [...BEFORE_SENT, 'sent'] : BEFORE_SENT;
  const pending = waiting.reduce((sum, status) => sum + (counts.byStatus[status] ?? 0), 0);
  return Math.max(accepted - counts.effects, accepted - counts.projected, pending, 0);
}
