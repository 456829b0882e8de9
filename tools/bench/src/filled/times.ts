import { percentile } from '@parley/trial/report/percentile';

/** How long questions of one sort took, ms. */
export interface Times {
  name: string;
  asked: number;
  p50: number;
  p95: number;
  slowest: number;
  /** What the slowest question was. */
  which: string;
}

/** One question and how long it took. */
export interface Took {
  ms: number;
  which: string;
}

/** Sums up what questions of one sort took. */
export function summary(name: string, times: readonly Took[]): Times {
  const ms = times.map((time) => time.ms);
  const slowest = Math.max(0, ...ms);
  const rounded = (value: number | null) => Number((value ?? 0).toFixed(1));
  return {
    name,
    asked: times.length,
    p50: rounded(percentile(ms, 50)),
    p95: rounded(percentile(ms, 95)),
    slowest: rounded(slowest),
    which: times.find((time) => time.ms === slowest)?.which ?? '',
  };
}

/** A heading and a line for each sort, for people. */
export function timesTable(times: readonly Times[]): string[] {
  return [
    `${''.padEnd(36)}${'asked'.padStart(6)}${'p50 ms'.padStart(10)}${'p95 ms'.padStart(10)}${'most'.padStart(10)}   the slowest`,
    ...times.map(
      ({ name, asked, p50, p95, slowest, which }) =>
        `${name.padEnd(36)}${String(asked).padStart(6)}${column(p50)}${column(p95)}${column(slowest)}   ${which}`,
    ),
  ];
}

function column(ms: number): string {
  return ms.toFixed(1).padStart(10);
}
