import type { Logger, Metrics, Part } from '@parley/platform/runtime';
import { repeat } from '@parley/platform/runtime';
import { applyKept } from './apply.ts';
import { commitChanges, type CommitOptions } from '../commit-changes.ts';
import { applyLateAnswers } from './late-answers.ts';
import { countOrphans, dropUnmatched, sweepUnmatched } from './store.ts';

const INTERVAL_MS = 1_000;
const MAX_RECEIPTS = 1_000;
/** A provider account may be used by others too: receipts that are not ours are not kept for ever. */
const KEPT_DAYS = 7;
/** Orphans are counted no further. */
const MAX_COUNTED = 10_000;
const BEFORE_ANY_ID = '00000000-0000-0000-0000-000000000000';

export interface SweepOptions extends CommitOptions {
  /** How long after it came a receipt on a message that nobody knows counts as an orphan, ms. */
  orphanAfterMs: number;
  metrics: Metrics;
}

/**
 * Looks again at the receipts that matched nothing: a receipt and the end of its attempt may be committed at the same
 * moment, unseen by each other. Walks through all of them, at most a thousand a second, and shows how many are orphans.
 */
export function receiptSweep(options: SweepOptions & { logger: Logger }): Part {
  const sweepOnce = createSweep(options);
  return repeat({
    name: 'sweep receipts',
    intervalMs: INTERVAL_MS,
    logger: options.logger,
    run: async () => {
      await sweepOnce();
      return false;
    },
  });
}

/** Makes the function that sweeps the next thousand and counts the orphans. */
export function createSweep(options: SweepOptions): () => Promise<void> {
  const orphans = options.metrics.gauge(
    'orphan_receipts',
    'Receipts on messages that nobody knows, counted up to 10,000',
  );
  let after = BEFORE_ANY_ID;
  return async () => {
    const swept = await sweepUnmatched(options.db, { after, limit: MAX_RECEIPTS, keptDays: KEPT_DAYS });
    after = swept.length === MAX_RECEIPTS ? (swept.at(-1)?.receipt_id ?? BEFORE_ANY_ID) : BEFORE_ANY_ID;
    const matched = swept.filter((receipt) => receipt.matched);
    if (matched.length > 0) await commitChanges(options, (trx) => applyKept(trx, matched));
    await applyLateAnswers(
      options,
      swept.filter(({ matched, unanswered }) => !matched && unanswered),
    );
    const overdue = swept.filter((receipt) => receipt.overdue);
    await dropUnmatched(
      options.db,
      overdue.map((receipt) => receipt.receipt_id),
    );
    orphans.set(await countOrphans(options.db, options.orphanAfterMs, MAX_COUNTED));
  };
}
