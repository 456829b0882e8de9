import { accountId } from '@parley/contracts/ids';
import { createDatabase } from '@parley/platform/db';
import { seedData, type SeedContext } from '@parley/seed-data/seed-data';
import { sql } from 'kysely';
import { setTimeout as delay } from 'node:timers/promises';

/** How long it took to fill an account. */
export interface Filled {
  messages: number;
  seeded_per_s: number;
  /** From the last message until every text was indexed, s. */
  indexing_s: number;
}

const ACCOUNT = accountId.parse('demo');
const LOOK_MS = 500;

/** Fills the instance's account with messages of the last `days` days, until all are listed and found by their texts. */
export async function fill(
  { messages, days }: { messages: number; days: number },
  { postgresUrl, progress, signal }: SeedContext,
): Promise<Filled> {
  const begun = performance.now();
  await seedData({ messages, account_id: ACCOUNT, days }, { postgresUrl, progress, signal });
  const listed = performance.now();
  await progress.step('Indexing texts', () => settle(postgresUrl, signal));
  return {
    messages,
    seeded_per_s: Math.round((messages * 1_000) / (listed - begun)),
    indexing_s: Math.round((performance.now() - listed) / 1_000),
  };
}

/** What was filled, for people. */
export function describeFilled({ messages, seeded_per_s, indexing_s }: Filled): [string, string] {
  return [
    `${messages.toLocaleString('en')} messages in one account`,
    `made at ${seeded_per_s.toLocaleString('en')}/s until listed; texts indexed ${indexing_s} s later`,
  ];
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
