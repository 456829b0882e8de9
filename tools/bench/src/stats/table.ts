import { describeFilled } from '../filled/fill.ts';
import { timesTable } from '../filled/times.ts';
import type { StatsResult } from './stats-bench.ts';

/** The result of a run for people. */
export function statsTable({ times, senders, machine, ...filled }: StatsResult): string {
  const cpu = times.map(
    ({ name, postgres_cpu_ms }) => `${name.padEnd(36)}${(postgres_cpu_ms?.toFixed(0) ?? '?').padStart(6)}`,
  );
  return [
    ...describeFilled(filled),
    `from ${senders.toLocaleString('en')} senders`,
    '',
    ...timesTable(times),
    '',
    `${'PostgreSQL, CPU ms a question'.padEnd(36)}`,
    ...cpu,
    '',
    ...machine,
  ].join('\n');
}
