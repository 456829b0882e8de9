/** Wakes somebody who sleeps until something happens. */
export interface Alarm {
  /** Wakes who sleeps, or keeps who is about to from falling asleep. */
  ring(): void;
  /** Resolves after `ms`, when it rings, or when the signal is aborted. For one sleeper. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Makes an alarm. */
export function createAlarm(): Alarm {
  let rung = false;
  let wake = (): void => {};
  return {
    ring: () => {
      rung = true;
      wake();
    },
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => wake(), ms);
        const stop = (): void => wake();
        wake = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', stop);
          wake = () => {};
          rung = false;
          resolve();
        };
        signal.addEventListener('abort', stop, { once: true });
        if (rung || signal.aborted) wake();
      }),
  };
}
