/** Somebody who may get places. */
export interface Claimant {
  account: string;
  /** Most that it can use. */
  most: number;
}

/**
 * Shares places out: to every account the same, and within an account to every lane the same; what one cannot use goes
 * to the others. When there are fewer places than claimants, those who come first get one: let them come in turn.
 */
export function share(places: number, claimants: readonly Claimant[]): number[] {
  const accounts = Map.groupBy(
    claimants.map(({ account, most }, index) => ({ account, most, index })),
    ({ account }) => account,
  );
  const groups = [...accounts.values()];
  const sums = groups.map((lanes) => lanes.reduce((sum, { most }) => sum + most, 0));
  const shares = claimants.map(() => 0);
  for (const [position, forAccount] of level(places, sums).entries()) {
    const lanes = groups[position] ?? [];
    const parts = level(
      forAccount,
      lanes.map(({ most }) => most),
    );
    for (const [place, { index }] of lanes.entries()) shares[index] = parts[place] ?? 0;
  }
  return shares;
}

/** The same for each, but not more than it can use: those who want least are served first, if there is one for each. */
function level(places: number, wants: readonly number[]): number[] {
  const order = wants.map((want, index) => ({ want, index })).filter(({ want }) => want > 0);
  if (places >= order.length) order.sort((a, b) => a.want - b.want);
  const given = wants.map(() => 0);
  let left = places;
  for (const [position, { want, index }] of order.entries()) {
    const part = Math.min(want, Math.ceil(left / (order.length - position)), left);
    given[index] = part;
    left -= part;
  }
  return given;
}
