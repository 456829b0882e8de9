import type { ReceiptReceived } from '@parley/contracts/facts/receipt-facts';
import { DONE, type Verdict } from '@parley/platform/bus';
import { bisect } from '@parley/platform/db';
import { createBatcher, messageOf, type Metrics } from '@parley/platform/runtime';
import { applyReceipts } from './apply.ts';
import { commitChanges, type ReceiptOptions } from './commit.ts';
import { keepUnmatched } from './store.ts';

/** Applies receipts from wherever they come. */
export interface ReceiptApplier {
  /** Applies the receipts of one committed batch; resolves after the commit. Rejects with `Unavailable`. */
  apply(receipts: readonly ReceiptReceived[]): Promise<Verdict>;
  /** The latest `received_at` of anything applied since the start; null when nothing was. */
  latest(): string | null;
}

const MAX_RECEIPTS = 1_000;
const MAX_QUEUED = 1_000;
const WAIT_MS = 20;

/**
 * Makes the applier. Batches are gathered into one transaction: what matches an attempt raises its message, what
 * does not is kept until its attempt is stored. Safe to repeat, in any order.
 */
export function receiptApplier(options: ReceiptOptions & { metrics: Metrics }): ReceiptApplier {
  let latest: string | null = null;
  const batcher = createBatcher<readonly ReceiptReceived[], Verdict>({
    name: 'receipts',
    maxItems: MAX_RECEIPTS,
    weight: { of: (receipts) => receipts.length, max: MAX_RECEIPTS },
    waitMs: WAIT_MS,
    maxQueued: MAX_QUEUED,
    metrics: options.metrics,
    flush: (batches) => bisect(batches, (part) => store(part), unstorable),
  });

  async function store(batches: readonly (readonly ReceiptReceived[])[]): Promise<Verdict[]> {
    const receipts = batches.flat();
    await commitChanges(options, async (trx) => {
      const { changes, unmatched } = await applyReceipts(trx, receipts);
      await keepUnmatched(trx, unmatched);
      return changes;
    });
    for (const { received_at } of receipts) if (latest === null || received_at > latest) latest = received_at;
    return batches.map(() => DONE);
  }

  return { apply: (receipts) => batcher.add(receipts), latest: () => latest };
}

function unstorable(_: readonly ReceiptReceived[], error: unknown): Verdict {
  return { verdict: 'reject', reason: `cannot be stored: ${messageOf(error)}` };
}
