import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks `condition` again and again until it holds. Resolves to true as soon as it does and to false when
 * `timeoutMs` has passed; it never throws by itself. Asks every `everyMs` milliseconds (default 20).
 */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  { timeoutMs, everyMs = 20 }: { timeoutMs: number; everyMs?: number },
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    if (await condition()) return true;
    if (performance.now() >= deadline) return false;
    await delay(everyMs);
  }
}
