import type { Counts } from '../observe/counts.ts';

const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });

/** One line about a load under way, `sinceMs` ago begun. */
export function describeLoad(
  name: string,
  { accepted, refused }: { accepted: number; refused: number },
  { sinceMs, ofSeconds }: { sinceMs: number; ofSeconds: number },
): string {
  const elapsed = Math.min(sinceMs / 1_000, ofSeconds).toFixed(0);
  const odd = refused === 0 ? '' : `, ${whole.format(refused)} refused`;
  return `${name} ${elapsed}/${ofSeconds} s: ${whole.format(accepted)} accepted${odd}`;
}

/** One line about messages under way. */
export function describeDrain(accepted: number, counts: Counts | null): string {
  if (counts === null) return 'waiting for all to arrive';
  const { effects, projected, byStatus } = counts;
  const statuses = Object.entries(byStatus).map(([status, count]) => `${whole.format(count)} ${status}`);
  return (
    `of ${whole.format(accepted)} accepted: ${whole.format(effects)} at the provider, ` +
    `${whole.format(projected)} projected (${statuses.join(', ')})`
  );
}
