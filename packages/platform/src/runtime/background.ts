import type { Part } from './part.ts';

/**
 * A part that works on its own for as long as the service runs: `run` begins at the start and goes on until its
 * signal is aborted; the stop waits for it to return. `run` must not throw.
 */
export function background(name: string, run: (stopping: AbortSignal) => Promise<void>): Part {
  const stopping = new AbortController();
  let running = Promise.resolve();
  return {
    name,
    start: async () => {
      running = run(stopping.signal);
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
