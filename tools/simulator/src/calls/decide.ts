import type { Fault } from '../chaos/chaos.ts';
import type { Outcome, ReceiptOutcome } from './outcome.ts';

/** What to do with a call. */
export interface Decision {
  /** Whether the message is taken. */
  accept: boolean;
  /** Status of the answer; null = the connection breaks without one. */
  status: number | null;
  /** How late the answer is, ms. */
  delay_ms: number;
  /** Value of Retry-After; null = none. */
  retry_after: string | null;
  /** What the provider says of a refusal; null = nothing of its own. */
  code: string | null;
  detail: string | null;
  /** What the receipt says; null = what chaos makes of it. */
  receipt: ReceiptOutcome | null;
}

const OK: Decision = {
  accept: true,
  status: 200,
  delay_ms: 0,
  retry_after: null,
  code: null,
  detail: null,
  receipt: null,
};

const FAULTS: Readonly<Record<Fault, Decision>> = {
  none: OK,
  throttle: { ...OK, accept: false, status: 429, retry_after: '1' },
  fail: { ...OK, accept: false, status: 500 },
  drop: { ...OK, status: null },
};

/** What comes of a call through a connection whose provider is away. */
export const DOWN: Decision = { ...OK, accept: false, status: 503, retry_after: '1' };

/** What comes of a call whose outcome was told. */
export function decideTold(outcome: Outcome): Decision {
  if ('delay_ms' in outcome) return { ...OK, delay_ms: outcome.delay_ms };
  if ('accept_then_drop' in outcome) return { ...OK, status: null };
  if ('drop' in outcome) return { ...OK, accept: false, status: null };
  if ('receipt' in outcome) return { ...OK, receipt: outcome };
  const { status, retry_after, code, detail } = outcome;
  return {
    ...OK,
    accept: status < 300,
    status,
    retry_after: retry_after === undefined ? null : String(retry_after),
    code: code ?? null,
    detail: detail ?? null,
  };
}

/** What chaos makes of a call that nothing was told of. */
export function decideByChance(fault: Fault, latencyMs: number): Decision {
  const decision = FAULTS[fault];
  return latencyMs === 0 ? decision : { ...decision, delay_ms: latencyMs };
}
