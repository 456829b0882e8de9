import { startOwnInstance } from '@parley/trial/own-instance';
import type { Instance } from '@parley/launcher/instance/start-instance';
import type { Progress } from '@parley/trial/progress';
import { readJson } from '@parley/trial/read-json';
import { describeMachine, lookAtMachine } from '@parley/trial/report/machine';
import { z } from 'zod';
import { fill, type Filled } from '../filled/fill.ts';
import { summary, type Times, type Took } from '../filled/times.ts';
import { cpuSeconds, groupPids } from '../observe/usage.ts';
import { DAYS, periods, type Asked } from './periods.ts';

/** How the statistics are measured. */
export interface StatsOptions {
  messages: number;
  /** The directory that keeps the messages for the next run; null = they are made for this one. */
  data: string | null;
}

/** What questions to the statistics took, and what each cost PostgreSQL on average, ms; null where nobody knows. */
export type StatsTimes = Times & { postgres_cpu_ms: number | null };

export interface StatsResult extends Filled {
  /** How many different senders the messages have. */
  senders: number;
  times: StatsTimes[];
  machine: [string, string];
}

/** So often each is asked and counted; before, as often as PostgreSQL takes to settle on a plan. */
const TIMES = 21;
const BEFORE = 6;
const QUESTION_TIMEOUT_MS = 60_000;

const counted = z.looseObject({ senders_count: z.int() });

/** One whole run: an instance of its own, two years of messages in one account, then questions to it over HTTP. */
export async function statsBench(
  { messages, data }: StatsOptions,
  { progress, signal }: { progress: Progress; signal: AbortSignal },
): Promise<StatsResult> {
  await using own = await startOwnInstance({ purpose: 'stats', data, mayGoOn: true, progress, signal });
  const { instance } = own;
  const { postgresUrl } = instance;
  const filled = await fill({ messages, days: DAYS }, { postgresUrl, progress, signal });
  const times: StatsTimes[] = [];
  await progress.step('Questions', async () => {
    for (const asked of periods(Date.now())) times.push(await timesOf(instance, asked, signal));
  });
  const { senders_count } = await ask(instance, {}, signal);
  return { ...filled, senders: senders_count, times, machine: describeMachine(lookAtMachine(own.dataDir)) };
}

async function timesOf(
  instance: Instance,
  { name, parameters }: Asked,
  signal: AbortSignal,
): Promise<StatsTimes> {
  const which = new URLSearchParams(parameters).toString();
  for (let index = 0; index < BEFORE; index += 1) await ask(instance, parameters, signal);
  const groups = groupPids(instance.processes, []);
  const before = cpuSeconds(groups).postgres;
  const took: Took[] = [];
  for (let index = 0; index < TIMES; index += 1) {
    const begun = performance.now();
    await ask(instance, parameters, signal);
    took.push({ ms: performance.now() - begun, which });
  }
  const after = cpuSeconds(groups).postgres;
  const used = before === null || after === null ? null : ((after - before) * 1_000) / TIMES;
  return { ...summary(name, took), postgres_cpu_ms: used };
}

function ask(
  { baseUrl, apiKey }: Instance,
  parameters: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<z.infer<typeof counted>> {
  signal.throwIfAborted();
  return readJson(`${baseUrl}/v1/stats?${new URLSearchParams(parameters)}`, counted, {
    headers: { authorization: `Bearer ${apiKey}` },
    signal: AbortSignal.timeout(QUESTION_TIMEOUT_MS),
  });
}
