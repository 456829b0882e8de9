import type { ReceiptReceived } from '@parley/contracts/facts/receipt-facts';
import { DONE, type Verdict } from '@parley/platform/bus';
import { bisect } from '@parley/platform/db';
import { createBatcher, messageOf, type Logger, type Metrics } from '@parley/platform/runtime';
import { applyReceipts } from './apply.ts';
import { commitChanges, type CommitOptions } from '../commit-changes.ts';
import { applyLateAnswers } from './late-answers.ts';
import { keepUnmatched } from './store.ts';

/** Applies receipts from wherever they come. */
export interface ReceiptApplier {
  /**
   * Applies the receipts of one committed batch; resolves after the commit, with a rejection when one of them cannot
   * be stored, and then only that one is not. Rejects with `Unavailable`.
   */
  apply(receipts: readonly ReceiptReceived[]): Promise<Verdict>;
  /** The latest `received_at` of anything applied since the start; null when nothing was. */
  latest(): string | null;
}

const MAX_RECEIPTS = 1_000;
const MAX_QUEUED = 1_000;
const WAIT_MS = 20;

/**
 * Makes the applier. Batches are gathered into one transaction: what matches an attempt raises its message, what
 * does not is kept until its attempt is stored. A receipt that cannot be stored is logged and makes its own batch
 * rejected; all others are applied, those of that batch too. Safe to repeat, in any order.
 */
export function receiptApplier(
  options: CommitOptions & { metrics: Metrics; logger: Logger },
): ReceiptApplier {
  let latest: string | null = null;
  const batcher = createBatcher<readonly ReceiptReceived[], Verdict>({
    name: 'receipts',
    maxItems: MAX_RECEIPTS,
    weight: { of: (receipts) => receipts.length, max: MAX_RECEIPTS },
    waitMs: WAIT_MS,
    maxQueued: MAX_QUEUED,
    metrics: options.metrics,
    flush,
  });

  async function flush(batches: readonly (readonly ReceiptReceived[])[]): Promise<Verdict[]> {
    const refused = new Map<string, string>();
    await bisect(batches.flat(), store, ({ receipt_id }, error) => {
      options.logger.error({ receipt_id, err: error }, 'a receipt cannot be stored');
      refused.set(receipt_id, messageOf(error));
    });
    return batches.map((receipts) => verdictOn(receipts, refused));
  }

  async function store(receipts: readonly ReceiptReceived[]): Promise<void[]> {
    let answers: readonly ReceiptReceived[] = [];
    await commitChanges(options, async (trx) => {
      const { unmatched, ...changes } = await applyReceipts(trx, receipts);
      const unanswered = await keepUnmatched(trx, unmatched);
      answers = unmatched.filter(({ receipt_id }) => unanswered.has(receipt_id));
      return changes;
    });
    await applyLateAnswers(options, answers);
    for (const { received_at } of receipts) if (latest === null || received_at > latest) latest = received_at;
    return [];
  }

  return { apply: (receipts) => batcher.add(receipts), latest: () => latest };
}

function verdictOn(receipts: readonly ReceiptReceived[], refused: ReadonlyMap<string, string>): Verdict {
  const bad = receipts.find(({ receipt_id }) => refused.has(receipt_id));
  if (bad === undefined) return DONE;
  const { receipt_id } = bad;
  return {
    verdict: 'reject',
    reason: `receipt ${receipt_id} cannot be stored: ${refused.get(receipt_id)}`,
  };
}
