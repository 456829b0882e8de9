import type { Executor } from '@parley/platform/db';
import { messageOf, repeat, type Logger, type Part } from '@parley/platform/runtime';
import { daysToDo } from './decide.ts';
import { forgetDay, forgetRest, loadDays, makeDay } from './store.ts';

export interface KeeperOptions {
  db: Executor;
  /** How many whole days are kept. */
  keptDays: number;
  logger: Logger;
}

const INTERVAL_MS = 60_000;
const MAX_DELETED = 1_000;

/**
 * Keeps the webhook log: makes the partitions of the next days, and drops those that are too old. Has looked once
 * before anything else starts; what fails is tried again a minute later, and no webhook is lost meanwhile.
 */
export function webhookLogKeeper(options: KeeperOptions): Part {
  const { logger } = options;
  const keep = createKeeper(options);
  const again = repeat({
    name: 'keep webhook log',
    intervalMs: INTERVAL_MS,
    logger,
    run: () => keep(Date.now()),
  });
  return {
    ...again,
    start: async () => {
      await keep(Date.now()).catch((error: unknown) =>
        logger.warn({ err: error }, `the webhook log is looked after later: ${messageOf(error)}`),
      );
      await again.start();
    },
  };
}

/** Makes the function that looks at all days at `now` (ms), and tells whether it left something undone. */
export function createKeeper({ db, keptDays }: Omit<KeeperOptions, 'logger'>) {
  return async (now: number): Promise<boolean> => {
    const { missing, expired, keptFrom } = daysToDo(await loadDays(db), now, keptDays);
    for (const day of missing) await makeDay(db, day);
    for (const day of expired) await forgetDay(db, day);
    return (await forgetRest(db, keptFrom, MAX_DELETED)) === MAX_DELETED;
  };
}
