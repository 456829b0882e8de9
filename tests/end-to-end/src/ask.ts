import { delay } from '@parley/platform/runtime';
import { request, type Dispatcher } from 'undici';
import { z } from 'zod';

/** An HTTP answer, read whole. */
export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: unknown;
}

export interface CallOptions {
  method?: string;
  /** null = no key at all. Default: the demo account's send+read key. */
  key?: string | null;
  headers?: Record<string, string>;
  /** A string goes out as it is, anything else as JSON. */
  body?: unknown;
}

/** How long a call is repeated that a busy machine has not taken, ms. */
const PATIENCE_MS = 60_000;
const RETRY_MS = 100;
const problem = z.object({ code: z.string() });

/** One HTTP call. */
export async function ask(
  dispatcher: Dispatcher,
  url: string,
  options: CallOptions,
): Promise<Answer & { text: string }> {
  const { body, headers } = options;
  const response = await request(url, {
    dispatcher,
    method: methodOf(options),
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.body.text();
  return {
    status: response.statusCode,
    headers: response.headers,
    body: text === '' ? null : JSON.parse(text),
    text,
  };
}

/** The same, again and again where it was not taken, as any client does that reads the documentation. */
export async function askUntilTaken(...call: Parameters<typeof ask>): Promise<Answer & { text: string }> {
  const [, , options] = call;
  for (const deadline = performance.now() + PATIENCE_MS; ; await delay(RETRY_MS)) {
    const answer = await ask(...call);
    if (!mayBeAskedAgain(options, answer) || performance.now() > deadline) return answer;
  }
}

/** Surely nothing was done, or it may be asked again whatever was done. */
function mayBeAskedAgain(options: CallOptions, { body }: Answer): boolean {
  const code = problem.safeParse(body).data?.code ?? '';
  if (code === 'unavailable' || code === 'idempotency_in_progress') return true;
  const isSafe = methodOf(options) === 'GET' || 'idempotency-key' in (options.headers ?? {});
  return code === 'outcome_unknown' && isSafe;
}

/** The method of a call: where it does not say, POST with a body and else GET. */
export function methodOf({ method, body }: CallOptions): string {
  return method ?? (body === undefined ? 'GET' : 'POST');
}
