import { bisect } from '@parley/platform/db';
import {
  createBatcher,
  delay,
  messageOf,
  OutcomeUnknown,
  Unavailable,
  type Logger,
  type Metrics,
} from '@parley/platform/runtime';
import { commitChanges, type CommitOptions } from '../commit-changes.ts';
import { recordFinishes, type Finish, type RecordOptions } from './record-finishes.ts';

export interface FinisherOptions extends RecordOptions, CommitOptions {
  /** Most finishes that may wait at once. */
  maxQueued: number;
  /** How long a result is kept while the database is away, ms. */
  keepMs: number;
  metrics: Metrics;
  logger: Logger;
}

/** Stores the end of an attempt; resolves after the commit. */
export type FinishMessage = (finish: Finish) => Promise<void>;

const MAX_FINISHES = 500;
const WAIT_MS = 20;
const RETRY_MS = 500;

/**
 * Makes the function that ends attempts, gathered into one transaction for many. While the database is away it tries
 * again, because only this process knows what the provider said; when it gives up it rejects with `Unavailable`, and
 * the reconciler finds the message when its lease is over.
 */
export function createFinisher(options: FinisherOptions): FinishMessage {
  const batcher = createBatcher<Finish, null>({
    name: 'finish',
    maxItems: MAX_FINISHES,
    waitMs: WAIT_MS,
    alwaysWaits: true,
    maxQueued: options.maxQueued,
    metrics: options.metrics,
    flush: (finishes) =>
      bisect(
        finishes,
        (part) => finishAll(part, options),
        ({ message }, error) => {
          options.logger.error(
            { message_id: message.id, err: error },
            `an attempt cannot be stored: ${messageOf(error)}`,
          );
          return null;
        },
      ),
  });

  return async (finish) => {
    const giveUpAt = Date.now() + options.keepMs;
    for (;;) {
      try {
        await batcher.add(finish);
        return;
      } catch (error) {
        // Storing it twice does no harm: a message moves once.
        const passing = error instanceof Unavailable || error instanceof OutcomeUnknown;
        if (!passing || Date.now() >= giveUpAt) throw error;
        await delay(RETRY_MS);
      }
    }
  };
}

async function finishAll(finishes: readonly Finish[], options: FinisherOptions): Promise<null[]> {
  await commitChanges(options, (trx) => recordFinishes(trx, finishes, options));
  return finishes.map(() => null);
}
