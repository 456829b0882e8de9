import type { LoadReport } from '@parley/trial/load/protocol';
import { nameOfState } from '../ledgers/ledgers.ts';
import type { Ledgers, ProviderCall } from '../ledgers/ledgers.ts';
import type { Outcome } from '../outcome.ts';

const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });

/** What was seen, ledger by ledger. */
export function linesOf({
  ledgers,
  report,
  seconds,
  settledAfter,
}: {
  ledgers: Ledgers;
  report: LoadReport;
  seconds: number;
  settledAfter: number;
}): Outcome['lines'] {
  const { answered, stored, calls, counted } = ledgers;
  const { accept_ms, refused, unsent, unknown } = report;
  const rate = report.accepted_in_window / seconds;
  const odd = [
    ...Object.entries(refused).map(([kind, count]) => `${whole.format(count)} × ${kind}, sent again`),
    ...(unknown > 0 ? [`${whole.format(unknown)} never answered`] : []),
    ...(unsent > 0 ? [`${whole.format(unsent)} never sent`] : []),
  ];
  return [
    ['client', `${messages(answered.length)} answered 202, ${rate.toFixed(1)}/s; ${latency(accept_ms)}`],
    ['database', `${messages(stored.length)}: ${tell(countBy(stored, nameOfState))}`],
    [
      'providers',
      `${messages(sentIn(calls))} sent in ${whole.format(calls.length)} calls: ${tell(countBy(calls, fateOf))}`,
    ],
    ['statistics', messages(counted)],
    ['settled', `${settledAfter.toFixed(1)} s after the last answer`],
    ...(odd.length > 0 ? [['besides', odd.join(', ')] as const] : []),
  ];
}

function fateOf({ status, sent }: ProviderCall): string {
  if (status === null) return sent ? 'sent without an answer' : 'repeated without an answer';
  if (status >= 300) return `answered ${status}`;
  return sent ? 'sent' : 'repeated';
}

function sentIn(calls: readonly ProviderCall[]): number {
  return calls.filter(({ sent }) => sent).length;
}

function countBy<T>(things: readonly T[], name: (thing: T) => string): [string, number][] {
  const counts = new Map<string, number>();
  for (const thing of things) counts.set(name(thing), (counts.get(name(thing)) ?? 0) + 1);
  return [...counts].toSorted(([, one], [, other]) => other - one);
}

function tell(counts: readonly [string, number][]): string {
  return counts.map(([name, count]) => `${whole.format(count)} ${name}`).join(', ') || 'none';
}

function messages(count: number): string {
  return `${whole.format(count)} messages`;
}

function latency({ p50, p99 }: LoadReport['accept_ms']): string {
  return `accept p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;
}
