import { inTransaction } from '@parley/platform/db';
import { repeat, type Logger, type Part } from '@parley/platform/runtime';
import type { Kysely } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { isDue } from './decide.ts';
import { gramsOf } from './grams.ts';
import { addGrams, countWaiting, takeUnindexed } from './store.ts';

const INTERVAL_MS = 1_000;

/** Puts what messages say into the index by which it is found, while little else happens. */
export function indexTexts(db: Kysely<ReportingTables>, { logger }: { logger: Logger }): Part {
  return repeat({ name: 'index texts', intervalMs: INTERVAL_MS, logger, run: () => indexSome(db) });
}

/** Indexes some of what waits, if it is due; true when there may be more. Throws `Unavailable`. */
export async function indexSome(db: Kysely<ReportingTables>): Promise<boolean> {
  if (!isDue(await countWaiting(db))) return false;
  return inTransaction(db, async (trx) => {
    const spoken = await takeUnindexed(trx);
    const indexed = spoken.map(({ id, account_id, subject, body, octets }) => ({
      id,
      octets,
      grams: gramsOf(account_id, [subject, body]),
    }));
    await addGrams(
      trx,
      indexed.filter(({ grams }) => grams.length > 0),
    );
    return spoken.length > 0;
  });
}
