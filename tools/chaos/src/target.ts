import type { Instance } from '@parley/launcher/instance/start-instance';
import type { Progress } from '@parley/trial/progress';

/** The Parley that is tried, which nobody else sends through meanwhile. */
export type Target = Pick<
  Instance,
  'baseUrl' | 'simulatorUrl' | 'apiKey' | 'adminKey' | 'postgresUrl' | 'natsUrl'
>;

/** Around a trial. */
export interface Around {
  progress: Progress;
  signal?: AbortSignal | undefined;
  /** How long the messages may stand still before they are given up, ms. */
  patienceMs?: number | undefined;
}

/** How many seconds a piece of work took, and what came of it. */
export async function timed<T>(work: () => Promise<T>): Promise<[result: T, seconds: number]> {
  const begun = performance.now();
  const result = await work();
  return [result, (performance.now() - begun) / 1_000];
}
