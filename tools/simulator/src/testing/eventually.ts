import { setTimeout as wait } from 'node:timers/promises';

const TIMEOUT_MS = 120_000;

/** Repeats an expectation until it holds. Rejects with what it last threw when it does not in 120 s. */
export async function eventually(expectation: () => unknown): Promise<void> {
  const deadline = performance.now() + TIMEOUT_MS;
  for (;;) {
    try {
      await expectation();
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await wait(10);
    }
  }
}
