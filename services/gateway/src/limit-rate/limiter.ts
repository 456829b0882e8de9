import { Problem, type HttpReply } from '@parley/platform/http';
import type { Caller } from '../authenticate/decide.ts';
import { rateHeaders, take, type Bucket } from './decide.ts';

/**
 * Answers a request unless its key is used too often: then it throws `rate_limited`. Each gateway process counts for
 * itself. A key whose account has no limit is not counted at all.
 */
export type Limiter = (caller: Caller, answer: () => Promise<HttpReply>) => Promise<HttpReply>;

/** Keys that are remembered at least, of those used last. */
const KEYS = 25_000;

/** Makes the limiter of a process; `now` in ms. */
export function createLimiter(now: () => number = () => performance.now()): Limiter {
  // Two generations: taking the oldest out of one map costs more the more of them have been taken out before.
  let young = new Map<string, Bucket>();
  let old = new Map<string, Bucket>();

  function remember(key: string, bucket: Bucket): void {
    young.set(key, bucket);
    if (young.size < KEYS) return;
    old = young;
    young = new Map();
  }

  return async ({ key_id, rate_limit }, answer) => {
    if (rate_limit === null) return answer();
    const taken = take(young.get(key_id) ?? old.get(key_id), rate_limit, now());
    remember(key_id, taken.bucket);
    const headers = rateHeaders(rate_limit, taken);
    if (!taken.allowed)
      throw new Problem(
        'rate_limited',
        `This key may be used ${rate_limit.requests} times in ${rate_limit.seconds} s.`,
        {
          headers: { ...headers, 'retry-after': String(taken.wait_s) },
        },
      );
    return withHeaders(answer, headers);
  };
}

/** Adds headers to an answer, a refusal among them. */
async function withHeaders(
  answer: () => Promise<HttpReply>,
  headers: Record<string, string>,
): Promise<HttpReply> {
  try {
    const reply = await answer();
    return { ...reply, headers: { ...reply.headers, ...headers } };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { code, message, options } = error;
    throw new Problem(code, message, { ...options, headers: { ...options.headers, ...headers } });
  }
}
