/** Most of these instants, epoch ms ascending, that lie within one second; 0 for none. */
export function busiestSecond(instants: readonly number[]): number {
  let [most, from] = [0, 0];
  for (const [index, at] of instants.entries()) {
    while ((instants[from] ?? at) <= at - 1_000) from += 1;
    most = Math.max(most, index - from + 1);
  }
  return most;
}
