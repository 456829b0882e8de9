import { percentile } from '@parley/trial/report/percentile';
import type { Finding } from './outcome.ts';

/** How late messages were somewhere, ms after each was due; in no order. */
export interface Lateness {
  /** Ids of those that were there before they were due. */
  early: string[];
  p50: number | null;
  p99: number | null;
  worst: number | null;
  /** How many were seen there at all. */
  seen: number;
}

/** Compares when messages were due with when they were seen, epoch ms by id. */
export function latenessOf(due: ReadonlyMap<string, number>, seen: ReadonlyMap<string, number>): Lateness {
  const late: number[] = [];
  const early: string[] = [];
  for (const [id, at] of due) {
    const seenAt = seen.get(id);
    if (seenAt === undefined) continue;
    late.push(seenAt - at);
    if (seenAt < at) early.push(id);
  }
  const worst = late.reduce((most, ms) => Math.max(most, ms), -Infinity);
  return {
    early,
    p50: percentile(late, 50),
    p99: percentile(late, 99),
    worst: late.length === 0 ? null : worst,
    seen: late.length,
  };
}

/** What is wrong: whatever came early, and a p99 beyond `mostLateMs` (null = however late). */
export function judge(place: string, { early, p99 }: Lateness, mostLateMs: number | null): Finding[] {
  const isLate = mostLateMs !== null && p99 !== null && p99 > mostLateMs;
  return [
    ...(early.length > 0 ? [{ what: `${place} before it was due`, ids: early }] : []),
    ...(isLate ? [{ what: `${place} too late: p99 ${p99} ms, and not ${mostLateMs} ms`, ids: [] }] : []),
  ];
}
