import type { ProcessView } from '@parley/launcher/instance/start-instance';
import { processTree, readProcessTable, residentBytes } from './process-table.ts';

/** Whose time and memory are told apart. */
export const processGroups = [
  'gateway',
  'ingest',
  'dispatcher',
  'reporting',
  'simulator',
  'nats',
  'postgres',
  'bench',
] as const;
export type ProcessGroup = (typeof processGroups)[number];

/** One number per group; null where it is not known. */
export type PerGroup = Record<ProcessGroup, number | null>;

/** The processes of each group, the first ones of their trees. */
export type GroupPids = Readonly<Record<ProcessGroup, readonly number[]>>;

/** The groups of a running instance; `bench` is the benchmark itself and its load generator. */
export function groupPids(views: readonly ProcessView[], benchPids: readonly number[]): GroupPids {
  const of = (program: ProcessView['program']): number[] =>
    views.filter((view) => view.program === program).flatMap(({ pid }) => pid ?? []);
  return {
    gateway: of('gateway'),
    ingest: of('ingest'),
    dispatcher: of('dispatcher'),
    reporting: of('reporting'),
    simulator: of('simulator'),
    nats: of('nats'),
    postgres: of('postgres'),
    bench: benchPids,
  };
}

/**
 * CPU seconds that each group has used so far. PostgreSQL's counts every backend, also those that have ended. Null
 * for a group that does not run, and everywhere without /proc.
 */
export function cpuSeconds(groups: GroupPids): PerGroup {
  const table = readProcessTable();
  return perGroup((group) => {
    const roots = groups[group];
    if (table === null || roots.length === 0 || !roots.every((pid) => table.has(pid))) return null;
    // The instance's processes are the benchmark's children, but no part of its own cost.
    if (group === 'bench') return sum(roots.map((pid) => table.get(pid)?.cpu ?? 0));
    const trees = roots.flatMap((pid) => processTree(table, pid));
    return sum(trees.map(({ cpu, endedChildrenCpu }) => cpu + endedChildrenCpu));
  });
}

/** Memory that each group holds now, MB (10⁶ bytes); null like `cpuSeconds`. */
export function residentMegabytes(groups: GroupPids): PerGroup {
  const table = readProcessTable();
  return perGroup((group) => {
    if (table === null) return null;
    const roots = groups[group];
    const pids =
      group === 'bench' ? roots : roots.flatMap((pid) => processTree(table, pid).map((entry) => entry.pid));
    const bytes = residentBytes(pids);
    return bytes === null ? null : bytes / 1e6;
  });
}

/** Computes one number per group. */
export function perGroup(compute: (group: ProcessGroup) => number | null): PerGroup {
  return {
    gateway: compute('gateway'),
    ingest: compute('ingest'),
    dispatcher: compute('dispatcher'),
    reporting: compute('reporting'),
    simulator: compute('simulator'),
    nats: compute('nats'),
    postgres: compute('postgres'),
    bench: compute('bench'),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
