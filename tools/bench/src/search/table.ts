import type { SearchResult } from './search-bench.ts';

/** The result of a run for people. */
export function searchTable({ messages, seeded_per_s, indexing_s, times, machine }: SearchResult): string {
  const lines = times.map(
    ({ name, asked, p50, p95, slowest, which }) =>
      `${name.padEnd(30)}${String(asked).padStart(6)}${ms(p50)}${ms(p95)}${ms(slowest)}   ${which}`,
  );
  return [
    `${messages.toLocaleString('en')} messages in one account`,
    `made at ${seeded_per_s.toLocaleString('en')}/s until listed; texts indexed ${indexing_s} s later`,
    '',
    `${''.padEnd(30)}${'asked'.padStart(6)}${'p50 ms'.padStart(10)}${'p95 ms'.padStart(10)}${'most'.padStart(10)}   the slowest`,
    ...lines,
    '',
    ...machine,
  ].join('\n');
}

function ms(value: number): string {
  return value.toFixed(1).padStart(10);
}
