import { setTimeout as delay } from 'node:timers/promises';

export interface UntilOptions {
  /** Default 120,000 ms: no test fails because its machine is slow. */
  timeoutMs?: number;
  /** What is waited for, in words: the failure's message. */
  what: string;
}

type Falsy = false | null | undefined | 0 | '';

/**
 * Asks again and again until the condition gives something truthy, and returns that. A condition that throws does
 * not hold yet. Throws when the time is over, with what it gave or threw last.
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  { timeoutMs = 120_000, what }: UntilOptions,
): Promise<Exclude<T, Falsy>> {
  const deadline = performance.now() + timeoutMs;
  for (let pauseMs = 2; ; pauseMs = Math.min(pauseMs * 2, 50)) {
    const { value, error } = await attempt(condition);
    if (isTruthy(value)) return value;
    if (performance.now() > deadline)
      throw new Error(`waited ${timeoutMs} ms in vain until ${what}`, { cause: error ?? value });
    await delay(pauseMs);
  }
}

async function attempt<T>(condition: () => T | Promise<T>): Promise<{ value?: T; error?: unknown }> {
  try {
    return { value: await condition() };
  } catch (error) {
    return { error };
  }
}

function isTruthy<T>(value: T | undefined): value is Exclude<T, Falsy> {
  return Boolean(value);
}
