import type { Progress } from '@parley/trial/progress';
import { echoesPerSecond } from './echoes.ts';
import { insertsPerSecond } from './inserts.ts';
import { publishesPerSecond } from './publishes.ts';

/** What the machine can do at most, without Parley: what makes two runs comparable. */
export interface Calibration {
  http_echoes_per_s: number;
  inserts_of_200_rows_per_s: number;
  publishes_per_s: number;
}

export interface CalibrationOptions {
  /** How long each of the three is measured. */
  seconds: number;
  signal?: AbortSignal | undefined;
}

/** The servers to calibrate, and how many HTTP connections to use. */
export interface CalibrationTargets {
  postgresUrl: string;
  natsUrl: string;
  connections: number;
}

/** Measures the three one after another, on the servers that the benchmark is about to use. */
export async function calibrate(
  { postgresUrl, natsUrl, connections }: CalibrationTargets,
  { progress, ...options }: CalibrationOptions & { progress: Progress },
): Promise<Calibration> {
  const measured = (name: string, work: () => Promise<number>): Promise<number> =>
    progress.step(`calibrating: ${name}`, async () => Math.round(await work()));
  return {
    http_echoes_per_s: await measured('HTTP echoes', () => echoesPerSecond(connections, options)),
    inserts_of_200_rows_per_s: await measured('inserts', () => insertsPerSecond(postgresUrl, options)),
    publishes_per_s: await measured('publishes', () => publishesPerSecond(natsUrl, options)),
  };
}
