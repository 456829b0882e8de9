import type { FollowResult } from './follow-bench.ts';

/** The result of a run for people. */
export function followTable({ rate, accepted_per_s, seconds, times, machine }: FollowResult): string {
  return [
    `from its 202 until it is shown, at ${rate}/s (${accepted_per_s}/s accepted) with receipts, ${seconds} s`,
    '',
    `${''.padEnd(16)}${['messages', 'p50 ms', 'p95 ms', 'p99 ms', 'most'].map((name) => name.padStart(10)).join('')}`,
    ...times.map(
      ({ name, asked, p50, p95, p99, slowest }) =>
        `${name.padEnd(16)}${[asked, p50, p95, p99, slowest].map((value) => String(value).padStart(10)).join('')}`,
    ),
    '',
    ...machine,
  ].join('\n');
}
