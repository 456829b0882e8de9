import { startOwnInstance } from '@parley/trial/own-instance';
import { PLAIN_LOAD, type LoadReport } from '@parley/trial/load/protocol';
import { startLoad } from '@parley/trial/load/load';
import type { Progress } from '@parley/trial/progress';
import { describeLoad } from '@parley/trial/report/describe-load';
import { describeMachine, lookAtMachine } from '@parley/trial/report/machine';
import { setChaos } from '@parley/trial/set-chaos';
import { unlessAborted } from '@parley/trial/unless-aborted';
import { setTimeout as delay } from 'node:timers/promises';
import { summary, type Times } from '../filled/times.ts';
import { percentile } from '@parley/trial/report/percentile';
import { analyse } from '../analyse.ts';
import { READERS, watch } from './watch.ts';

/** Under which load it is measured how soon a message can be read. */
export interface FollowOptions {
  seconds: number;
  connections: number;
  /** Messages a second, in an open loop. */
  rate: number;
}

export interface FollowResult extends FollowOptions {
  /** What of the load was answered 202 within the window. */
  accepted_per_s: number;
  /** From the 202 of a message until a reader showed it, ms. */
  times: (Times & { p99: number })[];
  machine: [string, string];
}

const WARM_UP_MS = 5_000;

/** One whole run: an instance of its own under load, and somebody waiting for messages in each kind of list. */
export async function followBench(
  options: FollowOptions,
  { progress, signal }: { progress: Progress; signal: AbortSignal },
): Promise<FollowResult> {
  await using own = await startOwnInstance({ purpose: 'follow', data: null, progress, signal });
  const { instance } = own;
  const { baseUrl, apiKey, simulatorUrl, postgresUrl } = instance;
  await setChaos(simulatorUrl, { receipts: {} });
  const { connections, rate, seconds } = options;
  const headers = { authorization: `Bearer ${apiKey}` };
  const plan = { ...PLAIN_LOAD, url: `${baseUrl}/v1/messages`, headers, connections, rate };
  await using load = await startLoad(plan);
  await progress.step('Warming up', () => delay(WARM_UP_MS, undefined, { signal }));
  await progress.step('ANALYZE', () => analyse(postgresUrl));
  const machine = describeMachine(lookAtMachine(own.dataDir));
  const begun = performance.now();
  const describe = (): string =>
    describeLoad('watching', load.progress, { sinceMs: performance.now() - begun, ofSeconds: seconds });
  const [report, times] = await progress.live(describe, () => {
    const watching = watchAll(instance, AbortSignal.any([signal, AbortSignal.timeout(seconds * 1_000)]));
    return Promise.all([unlessAborted(load.measure(seconds), signal), watching]);
  });
  return { ...options, accepted_per_s: acceptedPerSecond(report, seconds), times, machine };
}

function acceptedPerSecond({ accepted_in_window }: LoadReport, seconds: number): number {
  return Math.round(accepted_in_window / seconds);
}

function watchAll(
  instance: Parameters<typeof watch>[0],
  signal: AbortSignal,
): Promise<FollowResult['times']> {
  return Promise.all(
    READERS.map(async (reader) => {
      const took = await watch(instance, reader, signal);
      const p99 = percentile(
        took.map(({ ms }) => ms),
        99,
      );
      return { ...summary(reader.name, took), p99: Number((p99 ?? 0).toFixed(1)) };
    }),
  );
}
