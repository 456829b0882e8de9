import { setTimeout as wait } from 'node:timers/promises';
import type { ReceiptOutcome } from '../calls/outcome.ts';
import type { ReceiptPlan } from '../chaos/chaos.ts';
import type { ReceiptDelivery } from './delivery.ts';
import type { Receipt } from './receipt.ts';

/** How long an answer may wait for the receipt that is to overtake it, ms: less than callers wait for an answer. */
const OVERTAKE_TIMEOUT_MS = 2_000;

/** Unreachable handset. */
const USUAL_ERROR_CODE = '30003';

/** What is still to be done for the receipts of a message, before its call is answered and after it. */
export interface Report {
  /** Resolves when the gateway has a receipt, or does not take it in time. */
  beforeAnswer?: () => Promise<void>;
  afterAnswer: () => void;
}

/** What decides of the receipts of a message. */
export interface ReportOptions {
  /** What chaos makes of them; null = there are none. */
  plan: ReceiptPlan | null;
  /** What was told of this one; null = nothing. */
  told: ReceiptOutcome | null;
  receipts: ReceiptDelivery;
}

/** A message that receipts will report of. */
export type Reported = Pick<Receipt, 'connection' | 'reference' | 'client_reference' | 'traceparent'>;

/** Plans the receipts of an accepted message; null when there will be none. */
export function reportDelivery(message: Reported, { plan, told, receipts }: ReportOptions): Report | null {
  if (plan === null || told?.receipt === 'none') return null;
  const error_code = told === null ? chanceCode(plan) : toldCode(told);
  const receipt: Receipt = {
    ...message,
    status: error_code === null ? 'DELIVERED' : 'FAILED',
    error_code,
    occurred_at: Date.now(),
    attempts: 0,
  };
  const later = plan.before_response ? plan.delays_ms.slice(1) : plan.delays_ms;
  const afterAnswer = () => {
    for (const delay of later) receipts.deliverIn(delay, receipt);
    if (told?.receipt === 'read') receipts.deliverIn(plan.read_ms, readLater(receipt, plan));
  };
  if (!plan.before_response) return { afterAnswer };
  const timeout = () => wait(OVERTAKE_TIMEOUT_MS, undefined, { ref: false });
  return { beforeAnswer: () => Promise.race([receipts.deliverNow(receipt), timeout()]), afterAnswer };
}

/** It was read after it arrived, whichever of the receipts comes first. */
function readLater(delivered: Receipt, { read_ms }: ReceiptPlan): Receipt {
  return { ...delivered, status: 'READ', occurred_at: delivered.occurred_at + read_ms };
}

function chanceCode(plan: ReceiptPlan): string | null {
  return plan.failed ? USUAL_ERROR_CODE : null;
}

function toldCode(told: ReceiptOutcome): string | null {
  return told.receipt === 'failed' ? (told.error_code ?? USUAL_ERROR_CODE) : null;
}
