import { accountId } from '@parley/contracts/ids';
import { createDatabase } from '@parley/platform/db';
import { seedData, type SeedContext } from '@parley/seed-data/seed-data';
import { sql, type Kysely } from 'kysely';
import { setTimeout as delay } from 'node:timers/promises';

/** What an account was filled with, and how long it took. */
export interface Filled {
  messages: number;
  /** Null when all were there already. */
  seeded_per_s: number | null;
  /** From the last message until every text was indexed, s. */
  indexing_s: number;
}

const ACCOUNT = accountId.parse('demo');
const LOOK_MS = 500;

type Reporting = Kysely<Record<never, never>>;

/**
 * Fills the instance's account with as many messages of the last `days` days as it lacks, until all are listed and
 * found by their texts, and the senders of hours that are over are packed.
 */
export async function fill(
  { messages, days }: { messages: number; days: number },
  { postgresUrl, progress, signal }: SeedContext,
): Promise<Filled> {
  const only = { schema: 'reporting', maxConnections: 1, patient: true };
  const db = createDatabase<Record<never, never>>({ url: postgresUrl, ...only });
  try {
    const there = await countListed(db);
    const missing = Math.max(0, messages - there);
    const begun = performance.now();
    const wanted = { messages: missing, account_id: ACCOUNT, days };
    if (missing > 0) await seedData(wanted, { postgresUrl, progress, signal });
    const listed = performance.now();
    if (missing > 0) await progress.step('Indexing texts', () => settle(db, signal));
    return {
      messages: there + missing,
      seeded_per_s: missing > 0 ? Math.round((missing * 1_000) / (listed - begun)) : null,
      indexing_s: Math.round((performance.now() - listed) / 1_000),
    };
  } finally {
    await db.destroy();
  }
}

/** What was filled, for people. */
export function describeFilled({ messages, seeded_per_s, indexing_s }: Filled): [string, string] {
  return [
    `${messages.toLocaleString('en')} messages in one account`,
    seeded_per_s === null
      ? 'made by an earlier run'
      : `made at ${seeded_per_s.toLocaleString('en')}/s until listed; texts indexed ${indexing_s} s later`,
  ];
}

async function countListed(db: Reporting): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from message where account_id = ${ACCOUNT}`.execute(db);
  return rows[0]?.n ?? 0;
}

/** Waits until every text is indexed and the senders are packed, and does what autovacuum would have done by then where messages came slower. */
async function settle(db: Reporting, signal: AbortSignal): Promise<void> {
  const waiting = sql`
    (select from unindexed limit 1)
    union all
    (select from sender_bucket where hour < date_trunc('hour', now(), 'UTC') limit 1)`;
  while ((await waiting.execute(db)).rows.length > 0) await delay(LOOK_MS, undefined, { signal });
  await sql`vacuum analyze`.execute(db);
}
