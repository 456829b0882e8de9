/** How many messages took how long: by the number of their bucket, ascending. */
export type Latencies = readonly { bucket: number; count: number }[];

/** By how much the end of a bucket is more than its beginning, as `latency_bucket` has it. */
const GROWTH = 1.08;
const DIGITS = 3;

/**
 * What this share (0 to 1) of the messages did not exceed, in milliseconds; null when there is none. The middle of a
 * bucket is told, which is 4 % from either end; rounding makes it 4.5 at most.
 */
export function percentile(latencies: Latencies, share: number): number | null {
  const total = latencies.reduce((sum, { count }) => sum + count, 0);
  let rank = Math.ceil(total * share);
  for (const { bucket, count } of latencies) {
    rank -= count;
    if (rank <= 0) return bucket === 0 ? 0 : Number((GROWTH ** (bucket - 0.5)).toPrecision(DIGITS));
  }
  return null;
}
