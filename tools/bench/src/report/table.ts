import { describeMachine } from '@parley/trial/report/machine';
import { processGroups } from '../observe/usage.ts';
import type { Conditions } from './conditions.ts';
import type { BenchResult } from './result.ts';

const numbers = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 4 });
const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });

/** A result for people: what was measured, what it cost, and under which conditions. */
export function table(result: BenchResult): string {
  const { accept_ms, delivered_ms, conditions } = result;
  const end = conditions.receipts === 'on' ? 'delivered' : 'sent';
  const lines = [
    `${title(conditions)}`,
    '',
    row('accepted', `${perSecond(result.accepted_per_s)}`),
    row('end to end', `${perSecond(result.end_to_end_per_s)}`),
    row('accept', `p50 ${ms(accept_ms.p50)}   p95 ${ms(accept_ms.p95)}   p99 ${ms(accept_ms.p99)}`),
    row(`until ${end}`, `p50 ${ms(delivered_ms.p50)}   p99 ${ms(delivered_ms.p99)}`),
    row('SQL statements', `${shown(result.sql_statements_per_message)} a message`),
    '',
    ...countLines(result),
    '',
    `${''.padEnd(18)}${'CPU s per 1,000'.padStart(16)}${'memory MB'.padStart(12)}`,
    ...costLines(result),
    '',
    ...conditionLines(result),
  ];
  return lines.join('\n');
}

function title({
  connections,
  rate,
  seconds,
  warm_up_s,
  receipts,
  idempotency_keys,
  profiled,
}: Conditions): string {
  const parts = [
    rate === null
      ? `${connections} connections, closed loop`
      : `${rate}/s over ${connections} connections, open loop`,
    `${seconds} s after ${warm_up_s} s of warm-up`,
    `receipts ${receipts}`,
    ...(idempotency_keys ? ['with idempotency keys'] : []),
    ...(profiled ? ['PROFILED: slower than it is'] : []),
  ];
  return `Single messages: ${parts.join(', ')}`;
}

function countLines({ accepted, effects, projected, lost, duplicates, conditions }: BenchResult): string[] {
  const { refused, unknown, unsent, deaths, drain_s } = conditions;
  const odd = [
    ...Object.entries(refused).map(([kind, count]) => `${whole.format(count)} × ${kind}`),
    ...(unknown > 0 ? [`${whole.format(unknown)} of unknown outcome`] : []),
    ...(unsent > 0 ? [`${whole.format(unsent)} never sent`] : []),
    ...(deaths > 0 ? [`${deaths} processes died`] : []),
  ];
  return [
    row('answered 202', whole.format(accepted)),
    row('effects', `${whole.format(effects)} accepted by the provider`),
    row('projected', `${whole.format(projected)} in the statistics, ${drain_s} s after the load`),
    row('lost, duplicates', `${whole.format(lost)}, ${whole.format(duplicates)}`),
    ...(odd.length > 0 ? [row('besides', odd.join(', '))] : []),
  ];
}

function costLines({ cpu_s_per_1000, rss_mb }: BenchResult): string[] {
  const line = (name: string, cpu: number | null, memory: number | null): string =>
    `${name.padEnd(18)}${(cpu === null ? '-' : cpu.toFixed(3)).padStart(16)}${(memory === null ? '-' : whole.format(memory)).padStart(12)}`;
  const sum = (values: Readonly<Record<string, number | null>>): number =>
    Object.values(values).reduce<number>((total, value) => total + (value ?? 0), 0);
  return [
    ...processGroups.map((group) => line(group, cpu_s_per_1000[group], rss_mb[group])),
    line('all', sum(cpu_s_per_1000), sum(rss_mb)),
  ];
}

function conditionLines({ calibration, conditions }: BenchResult): string[] {
  const [machine, ground] = describeMachine(conditions);
  return [
    row('this machine', `${whole.format(calibration.http_echoes_per_s)} bare HTTP echoes/s`),
    row('', `${whole.format(calibration.inserts_of_200_rows_per_s)} flushed inserts of 200 rows/s`),
    row('', `${whole.format(calibration.publishes_per_s)} publishes/s`),
    row('', machine),
    row('', ground),
    row('', `other programs used ${percent(conditions.cpu_share_of_others)} of the processors meanwhile`),
  ];
}

function row(name: string, value: string): string {
  return `${name.padEnd(18)}${value}`;
}

function perSecond(value: number | null): string {
  return value === null ? 'not all messages went all the way' : `${whole.format(value)}/s`;
}

function percent(share: number | null): string {
  return share === null ? 'an unknown part' : `${whole.format(share * 100)} %`;
}

function ms(value: number | null): string {
  return value === null ? '-' : `${numbers.format(value)} ms`;
}

function shown(value: number | null): string {
  return value === null ? '-' : numbers.format(value);
}
