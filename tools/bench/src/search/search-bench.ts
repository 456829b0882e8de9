import { startOwnInstance } from '@parley/trial/own-instance';
import type { Progress } from '@parley/trial/progress';
import { describeMachine, lookAtMachine } from '@parley/trial/report/machine';
import { fill, type Filled } from '../filled/fill.ts';
import type { Times } from '../filled/times.ts';
import { ask, pageTimes, timesOf, type Asker } from './ask.ts';
import { filtersAndPairs, SPARSE, texts, type Sample } from './questions.ts';

/** How the lists are measured. */
export interface SearchOptions {
  messages: number;
  /** How many pages of the whole list are walked. */
  pages: number;
  /** The directory that keeps the messages for the next run; null = they are made for this one. */
  data: string | null;
}

export interface SearchResult extends Filled {
  times: Times[];
  machine: [string, string];
}

const DAYS = 365;
const DAY_MS = 24 * 3_600_000;
const SAMPLES = 6;

/** One whole run: an instance of its own with so many messages in one account, then questions to it over HTTP. */
export async function searchBench(
  { messages, pages, data }: SearchOptions,
  { progress, signal }: { progress: Progress; signal: AbortSignal },
): Promise<SearchResult> {
  await using own = await startOwnInstance({ purpose: 'search', data, mayGoOn: true, progress, signal });
  const { baseUrl, apiKey, postgresUrl } = own.instance;
  const asker: Asker = { baseUrl, apiKey, signal };
  const filled = await fill({ messages, days: DAYS }, { postgresUrl, progress, signal });
  const times = await progress.step('Questions', () => askAll(asker, pages));
  return { ...filled, times, machine: describeMachine(lookAtMachine(own.dataDir)) };
}

async function askAll(asker: Asker, pages: number): Promise<Times[]> {
  const samples = await sample(asker);
  const [questions, sought] = [pairsOf(samples), texts(samples)];
  return [
    await timesOf('filters, alone and in pairs', asker, questions),
    await timesOf('what little or nothing has', asker, SPARSE),
    await timesOf('texts', asker, sought),
    ...(await pageTimes(asker, pages)),
  ];
}

function pairsOf(samples: readonly Sample[]) {
  return samples.flatMap((one, index) => filtersAndPairs(one, samples[(index + 1) % samples.length] ?? one));
}

/** Messages of all times. */
async function sample(asker: Asker): Promise<Sample[]> {
  const found: Sample[] = [];
  for (let index = 0; index < SAMPLES * 2; index += 1) {
    const until = new Date(Date.now() - Math.random() * DAYS * DAY_MS).toISOString();
    const failed = index % 6 === 5 ? { status: 'failed' } : {};
    const { messages } = await ask(asker, { until, limit: '1', ...failed });
    found.push(...messages);
  }
  return found;
}
