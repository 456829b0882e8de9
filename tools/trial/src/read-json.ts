import type { z } from 'zod';

const TIMEOUT_MS = 10_000;

/** An answer that is not the one expected. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
}

/**
 * Asks for JSON and checks it. Throws UnexpectedAnswer for a status other than 2xx, and whatever `fetch` and the
 * schema throw.
 */
export async function readJson<T>(url: string, schema: z.ZodType<T>, init: RequestInit = {}): Promise<T> {
  const text = await readText(url, init);
  return schema.parse(JSON.parse(text));
}

/** Asks for text. Throws UnexpectedAnswer for a status other than 2xx, and whatever `fetch` throws. */
export async function readText(url: string, init: RequestInit = {}): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), ...init });
  const text = await response.text();
  if (response.ok) return text;
  throw new UnexpectedAnswer(`${new URL(url).pathname} answered ${response.status}: ${text.slice(0, 200)}`);
}
