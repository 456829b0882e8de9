import { z } from 'zod';
import { waitUntil } from '../processes/wait-until.ts';

const readinessBody = z.object({ checks: z.record(z.string(), z.string()) });

/** Whether a service says on its health port that it is ready. Anything but a 200 within a second is a no. */
export async function isReady(port: number): Promise<boolean> {
  try {
    const response = await fetch(readyUrl(port), { signal: AbortSignal.timeout(1000) });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}

/** What keeps a service from being ready: for each of its parts that is not, the reason. Empty when it does not say. */
export async function reasonsNotReady(port: number): Promise<Record<string, string>> {
  try {
    const response = await fetch(readyUrl(port), { signal: AbortSignal.timeout(1000) });
    return readinessBody.parse(await response.json()).checks;
  } catch {
    return {};
  }
}

/** Whether nothing is wrong but that it has not caught up yet: that takes as long as there is to catch up. */
export function isCatchingUp(reasons: Record<string, string>): boolean {
  const parts = Object.keys(reasons);
  return parts.length > 0 && parts.every((part) => part.startsWith('catch up '));
}

/**
 * Waits until `ready` holds; false after `timeoutMs`, or as soon as `hopeless` holds. Throws the signal's reason
 * when it is aborted.
 */
export async function waitForReadiness(
  ready: () => Promise<boolean>,
  {
    timeoutMs,
    hopeless,
    signal,
  }: { timeoutMs: number; hopeless?: () => boolean; signal?: AbortSignal | undefined },
): Promise<boolean> {
  let up = false;
  const settled = async (): Promise<boolean> => {
    signal?.throwIfAborted();
    up = await ready();
    return up || hopeless?.() === true;
  };
  await waitUntil(settled, { timeoutMs, everyMs: 50 });
  return up;
}

function readyUrl(port: number): string {
  return `http://127.0.0.1:${port}/health/ready`;
}
