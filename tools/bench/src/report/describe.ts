import type { Counts } from '../observe/counts.ts';

const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });

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
