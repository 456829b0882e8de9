import { accountId } from '@parley/contracts/ids';
import { createDatabase } from '@parley/platform/db';
import { seedData } from '@parley/seed-data/seed-data';
import { startOwnInstance } from '@parley/trial/own-instance';
import type { Progress } from '@parley/trial/progress';
import { describeMachine, lookAtMachine } from '@parley/trial/report/machine';
import { sql } from 'kysely';
import { setTimeout as delay } from 'node:timers/promises';
import { ask, pageTimes, timesOf, type Asker, type Times } from './ask.ts';
import { filtersAndPairs, SPARSE, texts, type Sample } from './questions.ts';

/** How the lists are measured. */
export interface SearchOptions {
  messages: number;
  /** How many pages of the whole list are walked. */
  pages: number;
}

export interface SearchResult {
  messages: number;
  seeded_per_s: number;
  /** How long it took from the last message until every text was indexed, s. */
  indexing_s: number;
  times: Times[];
  machine: [string, string];
}

const ACCOUNT = accountId.parse('demo');
const DAYS = 365;
const DAY_MS = 24 * 3_600_000;
const SAMPLES = 6;
const LOOK_MS = 500;

/** One whole run: an instance of its own with so many messages in one account, then questions to it over HTTP. */
export async function searchBench(
  { messages, pages }: SearchOptions,
  { progress, signal }: { progress: Progress; signal: AbortSignal },
): Promise<SearchResult> {
  await using own = await startOwnInstance({ purpose: 'search', data: null, progress, signal });
  const { baseUrl, apiKey, postgresUrl } = own.instance;
  const asker: Asker = { baseUrl, apiKey, signal };
  const begun = performance.now();
  await seedData({ messages, account_id: ACCOUNT, days: DAYS }, { postgresUrl, progress, signal });
  const seconds = (performance.now() - begun) / 1_000;
  const indexing = performance.now();
  await progress.step('Indexing texts', () => settle(postgresUrl, signal));
  const indexing_s = Math.round((performance.now() - indexing) / 1_000);
  const times = await progress.step('Questions', () => askAll(asker, pages));
  return {
    messages,
    seeded_per_s: Math.round(messages / seconds),
    indexing_s,
    times,
    machine: describeMachine(lookAtMachine(own.dataDir)),
  };
}

/** Waits until every text is indexed, and does what autovacuum would have done by then where messages came slower. */
async function settle(postgresUrl: string, signal: AbortSignal): Promise<void> {
  const only = { schema: 'reporting', maxConnections: 1, patient: true };
  const db = createDatabase<Record<never, never>>({ url: postgresUrl, ...only });
  try {
    while ((await sql`select from unindexed limit 1`.execute(db)).rows.length > 0)
      await delay(LOOK_MS, undefined, { signal });
    await sql`vacuum analyze`.execute(db);
  } finally {
    await db.destroy();
  }
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
