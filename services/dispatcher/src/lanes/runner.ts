import { background, delay, messageOf, type Logger, type Part } from '@parley/platform/runtime';
import type { Alarm } from './alarm.ts';
import type { FastPath } from './fast-path.ts';
import { pass, type PassOptions } from './pass.ts';

export interface RunnerOptions extends PassOptions {
  alarm: Alarm;
  fastPath: Pick<FastPath, 'setBacklogged'>;
  logger: Logger;
}

/** How often it looks for lanes into which others have put messages, ms. */
const SEARCH_MS = 100;
/** How long it sleeps at most, ms. */
const SLEEP_MS = 50;
/** What comes within so short a time is taken together, ms. */
const BREATH_MS = 4;
const AFTER_FAILURE_MS = 1_000;

/**
 * The part that takes messages out of lanes for as long as the service runs. Several instances may run: each message is
 * taken by one, and the slots of a lane are shared.
 */
export function laneRunner(options: RunnerOptions): Part {
  const { book, alarm, fastPath, logger } = options;
  let searched = -Infinity;

  /** Takes what there is and returns how long to sleep, ms. */
  async function runOnce(): Promise<number> {
    if (performance.now() - searched >= SEARCH_MS) {
      await book.search();
      searched = performance.now();
    }
    const { backlogged, isMore } = await pass(options);
    fastPath.setBacklogged(backlogged);
    return isMore ? 0 : SLEEP_MS;
  }

  async function runSafely(): Promise<number> {
    try {
      return await runOnce();
    } catch (error) {
      logger.warn({ err: error }, `lanes are looked into later: ${messageOf(error)}`);
      await delay(AFTER_FAILURE_MS);
      return 0;
    }
  }

  return background('lanes', async (stopping) => {
    while (!stopping.aborted) {
      await alarm.sleep(await runSafely(), stopping);
      await delay(BREATH_MS, stopping);
    }
  });
}
