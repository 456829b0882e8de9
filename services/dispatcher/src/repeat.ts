import { delay, messageOf, type Logger, type Part } from '@parley/platform/runtime';

export interface RepeatOptions {
  name: string;
  /** ms between the end of one run and the start of the next. */
  intervalMs: number;
  /** One run of bounded work; true when it left some undone, which is then done after a short breath. */
  run(): Promise<boolean>;
  logger: Logger;
}

const BREATH_MS = 50;

/** Does something again and again until the service stops. A run that fails is logged and tried again later. */
export function repeat({ name, intervalMs, run, logger }: RepeatOptions): Part {
  const stopped = new AbortController();
  let loop = Promise.resolve();

  async function runOnce(): Promise<number> {
    try {
      return (await run()) ? BREATH_MS : intervalMs;
    } catch (error) {
      logger.warn({ part: name, err: error }, `${name} is tried again: ${messageOf(error)}`);
      return intervalMs;
    }
  }

  async function runAll(): Promise<void> {
    while (!stopped.signal.aborted) await delay(await runOnce(), stopped.signal);
  }

  return {
    name,
    start: async () => {
      loop = runAll();
    },
    stop: async () => {
      stopped.abort();
      await loop;
    },
  };
}
