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
