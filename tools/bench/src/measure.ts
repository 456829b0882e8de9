import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Instance } from '@parley/launcher/instance/start-instance';
import { drain } from '@parley/trial/drain';
import type { Drained } from '@parley/trial/drain';
import { startLoad } from '@parley/trial/load/load';
import type { Load } from '@parley/trial/load/load';
import { PLAIN_LOAD } from '@parley/trial/load/protocol';
import type { LoadReport } from '@parley/trial/load/protocol';
import type { Progress } from '@parley/trial/progress';
import { describeLoad } from '@parley/trial/report/describe-load';
import { setChaos } from '@parley/trial/set-chaos';
import { unlessAborted } from '@parley/trial/unless-aborted';
import { readCounts } from './observe/counts.ts';
import type { Counts } from './observe/counts.ts';
import { deliveryTimes } from './observe/delivered.ts';
import { readMachineTime, shareOfOthers } from './observe/machine-time.ts';
import { remaining } from './observe/remaining.ts';
import type { DrainGoal } from './observe/remaining.ts';
import { countStatements } from './observe/statements.ts';
import { cpuSeconds, groupPids, perGroup, residentMegabytes } from './observe/usage.ts';
import type { PerGroup } from './observe/usage.ts';
import type { BenchOptions } from './options.ts';
import { describeDrain } from './report/describe.ts';
import type { Measurements } from './report/result.ts';

/** The running Parley that is measured; nothing has been sent through it before. */
export type Target = Pick<Instance, 'baseUrl' | 'simulatorUrl' | 'apiKey' | 'processes'>;

/** Around a measurement. */
export interface MeasureOptions {
  /** Brings the database's statistics up to date, after the warm-up. */
  analyse(): Promise<void>;
  progress: Progress;
  signal?: AbortSignal | undefined;
  /** How long the drain may stand still, ms. */
  patienceMs?: number;
}

/** What was not measured but mattered. */
export interface Circumstances {
  /** From the end of the load until everything had gone all the way. */
  drainSeconds: number;
  /** Share of the processors' time that other programs used, 0 to 1; null where it is not known. */
  othersShare: number | null;
}

/** Sends messages through `target` as `options` say, until all have gone all the way. Rejects when aborted. */
export async function measure(
  target: Target,
  options: BenchOptions,
  around: MeasureOptions,
): Promise<Measurements & Circumstances> {
  const { seconds } = options;
  const receipts = options.receipts === 'on';
  await setChaos(target.simulatorUrl, { receipts: receipts ? {} : 'off' });
  const statementsBefore = await countStatements(target.processes);
  const cpuBefore = cpuSeconds(groupPids(target.processes, [process.pid]));
  const machineBefore = readMachineTime();
  await using load = await startLoad(planOf(target, options));
  const report = await drive(load, options, around);
  const loadEndedAt = performance.timeOrigin + performance.now();
  const groups = groupPids(target.processes, [process.pid, load.pid]);
  const memory = residentMegabytes(groups);
  const drained = await drainAll(target, { accepted: report.accepted, receipts }, around);
  const used = spent(cpuBefore, cpuSeconds(groups));
  const machineAfter = readMachineTime();
  const statementsAfter = await countStatements(target.processes).catch(() => null);
  const { baseUrl, apiKey } = target;
  const { signal } = around;
  return {
    seconds,
    load: report,
    counts: drained.latest ?? { calls: 0, effects: 0, projected: 0, byStatus: {} },
    drained,
    drainSeconds: (drained.at - loadEndedAt) / 1_000,
    deliveryTimes: await deliveryTimes({ baseUrl, apiKey, ids: report.sample, receipts, signal }),
    sqlStatements: increase(statementsBefore, statementsAfter),
    cpuSeconds: used,
    othersShare: shareOfOthers(machineBefore, machineAfter, total(used)),
    residentMegabytes: memory,
  };
}

function planOf({ baseUrl, apiKey }: Target, { connections, rate, keys }: BenchOptions) {
  return {
    ...PLAIN_LOAD,
    url: `${baseUrl}/v1/messages`,
    headers: { authorization: `Bearer ${apiKey}` },
    connections,
    rate,
    keys: keys ? `bench-${randomBytes(6).toString('hex')}` : null,
  };
}

/** Warm-up, ANALYZE and the measured window, under load all along. */
async function drive(
  load: Load,
  { warmUpSeconds, seconds }: BenchOptions,
  { analyse, progress, signal }: MeasureOptions,
): Promise<LoadReport> {
  const during = <T>(name: string, ofSeconds: number, work: () => Promise<T>): Promise<T> => {
    const begun = performance.now();
    const describe = (): string =>
      describeLoad(name, load.progress, { sinceMs: performance.now() - begun, ofSeconds });
    return progress.live(describe, work);
  };
  await during('warming up', warmUpSeconds, () => delay(warmUpSeconds * 1_000, undefined, { signal }));
  await progress.step('ANALYZE', analyse);
  return await during('measuring', seconds, () => unlessAborted(load.measure(seconds), signal));
}

async function drainAll(
  target: Target,
  goal: DrainGoal,
  { progress, signal, patienceMs }: MeasureOptions,
): Promise<Drained<Counts & { left: number }>> {
  let latest: Counts | null = null;
  const look = async () => {
    const counts = await readCounts(target);
    return { ...counts, left: remaining(goal, counts) };
  };
  return await progress.live(
    () => describeDrain(goal.accepted, latest),
    () => drain({ look, seen: (counts) => (latest = counts), signal, patienceMs }),
  );
}

function spent(before: PerGroup, after: PerGroup): PerGroup {
  return perGroup((group) => increase(before[group], after[group]));
}

function total(used: PerGroup): number {
  return Object.values(used).reduce<number>((sum, seconds) => sum + (seconds ?? 0), 0);
}

/** Null when it shrank: it was counted anew by a process that was started meanwhile. */
function increase(from: number | null, to: number | null): number | null {
  return from === null || to === null || to < from ? null : to - from;
}
