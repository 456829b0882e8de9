import type { Fault } from '../chaos/chaos.ts';
import type { ScriptedOutcome } from './scripts.ts';

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
}

const OK: Decision = { accept: true, status: 200, delay_ms: 0, retry_after: null };

const FAULTS: Readonly<Record<Fault, Decision>> = {
  none: OK,
  throttle: { ...OK, accept: false, status: 429, retry_after: '1' },
  fail: { ...OK, accept: false, status: 500 },
  drop: { ...OK, status: null },
};

/** What a script makes of a call. */
export function decideScripted(outcome: ScriptedOutcome): Decision {
  if ('delay_ms' in outcome) return { ...OK, delay_ms: outcome.delay_ms };
  if ('accept_then_drop' in outcome) return { ...OK, status: null };
  const { status, retry_after } = outcome;
  const accept = status < 300;
  return { accept, status, delay_ms: 0, retry_after: retry_after === undefined ? null : String(retry_after) };
}

/** What chaos makes of a call without a script. */
export function decideByChance(fault: Fault, latencyMs: number): Decision {
  const decision = FAULTS[fault];
  return latencyMs === 0 ? decision : { ...decision, delay_ms: latencyMs };
}
