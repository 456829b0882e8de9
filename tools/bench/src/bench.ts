import { startOwnInstance } from '@parley/trial/own-instance';
import type { Progress } from '@parley/trial/progress';
import { lookAtMachine } from '@parley/trial/report/machine';
import { analyse } from './analyse.ts';
import { calibrate } from './calibration/calibrate.ts';
import { measure } from './measure.ts';
import type { BenchOptions } from './options.ts';
import { profilingArguments } from './profiling.ts';
import { chosen } from './report/conditions.ts';
import { figures, isClean, rounded } from './report/result.ts';
import type { BenchResult } from './report/result.ts';

const CALIBRATION_SECONDS = 3;

/**
 * One whole run: an instance of its own, calibration, load, drain, figures. Whatever was started is stopped when it
 * settles. The data is kept, and said where, when the result is not clean. Rejects when it cannot be done or is
 * aborted.
 */
export async function bench(
  options: BenchOptions,
  { progress, signal }: { progress: Progress; signal?: AbortSignal | undefined },
): Promise<BenchResult> {
  const started_at = new Date().toISOString();
  const nodeArgsOf = await profilingArguments(options.profile);
  await using own = await startOwnInstance({ purpose: 'bench', data: null, nodeArgsOf, progress, signal });
  const { instance } = own;
  const { postgresUrl, natsUrl } = instance;
  const machine = lookAtMachine(own.dataDir);
  const calibration = await calibrate(
    { postgresUrl, natsUrl, connections: options.connections },
    { seconds: CALIBRATION_SECONDS, signal, progress },
  );
  const around = { progress, signal, analyse: () => analyse(postgresUrl) };
  const measured = await measure(instance, options, around);
  const result: BenchResult = {
    ...figures(measured),
    calibration,
    conditions: {
      started_at,
      ...chosen(options),
      ...machine,
      cpu_share_of_others: rounded(measured.othersShare, 3),
      drain_s: Number(measured.drainSeconds.toFixed(2)),
      refused: measured.load.refused,
      unknown: measured.load.unknown,
      unsent: measured.load.unsent,
      deaths: instance.processes.reduce((sum, { deaths }) => sum + deaths, 0),
    },
  };
  if (!isClean(result)) progress.say(`Not as it should be: data and logs are kept in ${own.keepData()}`);
  return result;
}
