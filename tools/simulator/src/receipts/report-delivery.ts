import { setTimeout as wait } from 'node:timers/promises';
import type { Connection } from '../setup/connection.ts';
import type { World } from '../setup/world.ts';
import type { Receipt } from './receipt.ts';

/** How long an answer may wait for the receipt that is to overtake it, ms: less than callers wait for an answer. */
const OVERTAKE_TIMEOUT_MS = 2_000;

/** What is still to be done for the receipts of a message, before its call is answered and after it. */
export interface Report {
  /** Resolves when the gateway has a receipt, or does not take it in time. */
  beforeAnswer?: () => Promise<void>;
  afterAnswer: () => void;
}

/** Plans the receipts of an accepted message; null when there will be none. */
export function reportDelivery(
  connection: Connection,
  reference: string,
  { chaos, receipts }: World,
): Report | null {
  const plan = chaos.nextReceiptPlan();
  if (plan === null) return null;
  const receipt: Receipt = {
    connection,
    reference,
    failed: plan.failed,
    occurred_at: Date.now(),
    attempts: 0,
  };
  const later = plan.before_response ? plan.delays_ms.slice(1) : plan.delays_ms;
  const afterAnswer = () => later.forEach((delay) => receipts.deliverIn(delay, receipt));
  if (!plan.before_response) return { afterAnswer };
  const timeout = () => wait(OVERTAKE_TIMEOUT_MS, undefined, { ref: false });
  return { beforeAnswer: () => Promise.race([receipts.deliverNow(receipt), timeout()]), afterAnswer };
}
