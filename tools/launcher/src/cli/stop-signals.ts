/** Asks to stop, as the person at the keyboard and the system do. */
export interface StopSignals {
  /** Aborted by the first Ctrl-C, SIGTERM or SIGHUP. */
  readonly signal: AbortSignal;
  /** Resolves at the same moment. */
  readonly requested: Promise<void>;
}

// One Ctrl-C reaches a process below npm up to three times: from the terminal, from npm and from what npm runs.
const SAME_PRESS_MS = 700;

/** Listens from now on, for the life of the process. `force` is called by a Ctrl-C that follows later. */
export function listenForStop(force: () => void, now: () => number = () => performance.now()): StopSignals {
  const controller = new AbortController();
  let firstAt = 0;
  const ask = (): void => {
    if (controller.signal.aborted) return;
    firstAt = now();
    controller.abort();
  };
  process.on('SIGTERM', ask);
  process.on('SIGHUP', ask);
  process.on('SIGINT', () => {
    if (controller.signal.aborted && now() - firstAt > SAME_PRESS_MS) force();
    ask();
  });
  const requested = new Promise<void>((resolve) => {
    controller.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  return { signal: controller.signal, requested };
}
