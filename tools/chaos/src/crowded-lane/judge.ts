import type { Lateness } from '../lateness.ts';
import type { Outcome } from '../outcome.ts';
import { busiestSecond } from './busiest-second.ts';

/** What was seen of a limited lane. */
export interface Limited {
  /** When its calls came, epoch ms ascending. */
  instants: readonly number[];
  /** For how long they were looked at. */
  seconds: number;
  /** Calls a second that it may have. */
  limit: number;
  /** How many rows of each table were updated meanwhile. */
  updates: readonly (readonly [table: string, count: number])[];
}

/** Of the limit: what may come in any one second, and what has to come on average while there is something to send. */
const [MOST, LEAST] = [1.05, 0.95];
/** A claim and a finish, and as much again for whatever else goes on. */
const MOST_UPDATES = 4;

/** Whether a limit was kept and used, and whether what waits was left alone meanwhile. */
export function judgeLimit({
  instants,
  seconds,
  limit,
  updates,
}: Limited): Pick<Outcome, 'lines' | 'findings'> {
  const busiest = busiestSecond(instants);
  const mean = instants.length / seconds;
  const rewritten = updates
    .map(([table, count]) => [table, count / Math.max(1, instants.length)] as const)
    .filter(([, count]) => count >= 0.01);
  const often = rewritten.filter(([, count]) => count > MOST_UPDATES);
  return {
    lines: [
      ['busiest second', `${busiest} calls`],
      ['on average', `${mean.toFixed(1)} calls/s`],
      ['updates a message', rewritten.map(([table, count]) => `${table} ${count.toFixed(2)}`).join(', ')],
    ],
    findings: [
      ...(busiest > limit * MOST ? [`more than ${limit * MOST} calls in one second`] : []),
      ...(mean < limit * LEAST ? [`less than ${limit * LEAST} calls a second`] : []),
      ...often.map(([table]) => `rows of ${table} rewritten over and over`),
    ].map((what) => ({ what, ids: [] })),
  };
}

/** How long messages took from their acceptance until they were called for. */
export interface Delays {
  /** Of an account that has the system to itself. */
  alone: Lateness;
  /** Of the same account beside another one's campaign. */
  beside: Lateness;
  /** Of one-time codes of the campaign's own sender. */
  codes: Lateness;
}

/** Of one-time codes, which have their turn in the lane as everything else: the next one, though. ms */
const CODES_WITHIN = 1_000;

/** Whether a campaign keeps others waiting. */
export function judgeFairness({ alone, beside, codes }: Delays): Pick<Outcome, 'lines' | 'findings'> {
  const most = 2 * (alone.p99 ?? 0);
  const isSlow = ({ p99 }: Lateness, ms: number): boolean => p99 === null || p99 > ms;
  return {
    lines: [
      ['account alone', describe(alone)],
      ['beside it', describe(beside)],
      ['one-time codes', describe(codes)],
    ],
    findings: [
      ...(isSlow(beside, most)
        ? [`another account waits: its p99 is more than double, over ${most} ms`]
        : []),
      ...(isSlow(codes, CODES_WITHIN) ? [`one-time codes wait: their p99 is over ${CODES_WITHIN} ms`] : []),
    ].map((what) => ({ what, ids: [] })),
  };
}

function describe({ p50, p99, worst, seen }: Lateness): string {
  return `${seen} messages, p50 ${p50} ms, p99 ${p99} ms, at most ${worst} ms`;
}
