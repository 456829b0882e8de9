import type { LoadReport } from '@parley/trial/load/protocol';
import { percentile } from '@parley/trial/report/percentile';
import type { Calibration } from '../calibration/calibrate.ts';
import type { Counts } from '../observe/counts.ts';
import type { PerGroup } from '../observe/usage.ts';
import { perGroup } from '../observe/usage.ts';
import type { Conditions } from './conditions.ts';

/** What a run found; `--json` prints it as it is. The help text says what each figure means. */
export interface BenchResult {
  accepted_per_s: number;
  /** Null when not every message went all the way. */
  end_to_end_per_s: number | null;
  accept_ms: { p50: number; p95: number; p99: number };
  /** Null when no sampled message went all the way. */
  delivered_ms: { p50: number | null; p99: number | null };
  accepted: number;
  effects: number;
  projected: number;
  lost: number;
  duplicates: number;
  sql_statements_per_message: number | null;
  cpu_s_per_1000: PerGroup;
  rss_mb: PerGroup;
  calibration: Calibration;
  conditions: Conditions;
}

/** What was measured, before anything is computed from it. */
export interface Measurements {
  seconds: number;
  load: LoadReport;
  counts: Counts;
  /** Whether everything went all the way, and when that was seen, epoch ms. */
  drained: { complete: boolean; at: number };
  /** Of sampled messages, ms. */
  deliveryTimes: readonly number[];
  /** From the first request to the end of the drain. */
  sqlStatements: number | null;
  cpuSeconds: PerGroup;
  residentMegabytes: PerGroup;
}

/** Computes the figures as the help text defines them. */
export function figures(measured: Measurements): Omit<BenchResult, 'calibration' | 'conditions'> {
  const { seconds, load, drained } = measured;
  const perMessage = (number: number | null): number | null =>
    number === null || load.accepted === 0 ? null : number / load.accepted;
  const wayMs = drained.at - load.window_opened_at;
  return {
    accepted_per_s: rounded(load.accepted_in_window / seconds, 1),
    end_to_end_per_s: drained.complete ? rounded((load.accepted_in_window * 1_000) / wayMs, 1) : null,
    accept_ms: {
      p50: rounded(load.accept_ms.p50, 2),
      p95: rounded(load.accept_ms.p95, 2),
      p99: rounded(load.accept_ms.p99, 2),
    },
    delivered_ms: {
      p50: percentile(measured.deliveryTimes, 50),
      p99: percentile(measured.deliveryTimes, 99),
    },
    ...compare(load, measured.counts),
    sql_statements_per_message: rounded(perMessage(measured.sqlStatements), 4),
    cpu_s_per_1000: perGroup((group) => rounded(scaled(perMessage(measured.cpuSeconds[group]), 1_000), 4)),
    rss_mb: perGroup((group) => rounded(measured.residentMegabytes[group], 1)),
  };
}

/**
 * Holds the three counts against each other. A message that was sent although nobody was told that it was accepted
 * is no duplicate: only as many as there are requests of unknown outcome are let pass.
 */
export function compare(
  { accepted, unknown }: Pick<LoadReport, 'accepted' | 'unknown'>,
  { calls, effects, projected }: Counts,
): Pick<BenchResult, 'accepted' | 'effects' | 'projected' | 'lost' | 'duplicates'> {
  const surplus = (count: number): number => Math.max(0, count - accepted - unknown);
  return {
    accepted,
    effects,
    projected,
    lost: Math.max(0, accepted - Math.min(effects, projected)),
    duplicates: Math.max(0, calls - effects) + surplus(effects) + surplus(projected),
  };
}

/** Whether nothing is wrong: nothing lost, nothing doubled, everything at its end. */
export function isClean({ lost, duplicates, end_to_end_per_s }: BenchResult): boolean {
  return lost === 0 && duplicates === 0 && end_to_end_per_s !== null;
}

function scaled(number: number | null, factor: number): number | null {
  return number === null ? null : number * factor;
}

/** A number with at most so many decimals. */
export function rounded(number: number, digits: number): number;
export function rounded(number: number | null, digits: number): number | null;
export function rounded(number: number | null, digits: number): number | null {
  return number === null ? null : Number(number.toFixed(digits));
}
