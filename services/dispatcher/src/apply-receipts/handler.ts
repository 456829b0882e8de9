import type { ReceiptReceived } from '@parley/contracts/facts/receipt-facts';
import type { Logger, Metrics } from '@parley/platform/runtime';
import { factApplier, type FactApplier } from '../apply-facts/applier.ts';
import { commitChanges, type CommitOptions } from '../commit-changes.ts';
import { applyReceipts } from './apply.ts';
import { applyLateAnswers } from './late-answers.ts';
import { keepUnmatched } from './store.ts';

/** Applies receipts from wherever they come. */
export type ReceiptApplier = FactApplier<ReceiptReceived>;

const WAIT_MS = 20;

/**
 * Makes the applier. What matches an attempt raises its message, what does not is kept until its attempt is stored. Safe
 * to repeat, in any order.
 */
export function receiptApplier(
  options: CommitOptions & { metrics: Metrics; logger: Logger },
): ReceiptApplier {
  const { metrics, logger } = options;
  return factApplier({
    name: 'receipts',
    waitMs: WAIT_MS,
    idOf: ({ receipt_id }) => receipt_id,
    store: (receipts) => store(receipts, options),
    metrics,
    logger,
  });
}

async function store(receipts: readonly ReceiptReceived[], options: CommitOptions): Promise<void> {
  let answers: readonly ReceiptReceived[] = [];
  await commitChanges(options, async (trx) => {
    const { unmatched, ...changes } = await applyReceipts(trx, receipts);
    const unanswered = await keepUnmatched(trx, unmatched);
    answers = unmatched.filter(({ receipt_id }) => unanswered.has(receipt_id));
    return changes;
  });
  await applyLateAnswers(options, answers);
}
