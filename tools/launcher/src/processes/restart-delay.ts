const FIRST_MS = 1000;
const LONGEST_MS = 30_000;
const STABLE_MS = 60_000;

/**
 * How long to wait before a process that died is started again, in ms: 1, 2, 4 … 30 s. One that had stayed up
 * for a minute begins anew.
 */
export function restartDelay({
  previousMs,
  uptimeMs,
}: {
  previousMs: number | null;
  uptimeMs: number;
}): number {
  if (previousMs === null || uptimeMs >= STABLE_MS) return FIRST_MS;
  return Math.min(previousMs * 2, LONGEST_MS);
}
