import { background } from './background.ts';
import { delay } from './backoff.ts';
import type { Logger } from './logger.ts';
import type { Part } from './part.ts';
import { messageOf } from './unavailable.ts';

export interface RepeatOptions {
  name: string;
  /** ms between the end of one run and the start of the next. */
  intervalMs: number;
  /** One run of bounded work; true when it left some undone, which is then done after a short breath. */
  run(stopping: AbortSignal): Promise<boolean>;
  logger: Logger;
}

const BREATH_MS = 20;
const MIN_PAUSE_AFTER_FAILURE_MS = 1_000;

/** Does something again and again until the service stops. A run that fails is logged and tried again later. */
export function repeat({ name, intervalMs, run, logger }: RepeatOptions): Part {
  async function runOnce(stopping: AbortSignal): Promise<number> {
    try {
      return (await run(stopping)) ? BREATH_MS : intervalMs;
    } catch (error) {
      logger.warn({ part: name, err: error }, `${name} is tried again: ${messageOf(error)}`);
      return Math.max(intervalMs, MIN_PAUSE_AFTER_FAILURE_MS);
    }
  }
  return background(name, async (stopping) => {
    while (!stopping.aborted) await delay(await runOnce(stopping), stopping);
  });
}
