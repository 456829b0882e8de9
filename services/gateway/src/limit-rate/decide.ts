import { z } from 'zod';

/** How often each key of an account may be used: so many requests in so many seconds, and as many at once. */
export const rateLimit = z.strictObject({
  requests: z.int().min(1).max(1_000_000),
  seconds: z.int().min(1).max(86_400),
});
export type RateLimit = z.infer<typeof rateLimit>;

/** What is left of a key's requests, and when that was. */
export interface Bucket {
  tokens: number;
  /** ms. */
  at: number;
}

/** What became of one request. */
export interface Taken {
  bucket: Bucket;
  allowed: boolean;
  /** Requests that are left at once. */
  remaining: number;
  /** Whole seconds: until all of them are back, or, where it was refused, until there is one. */
  wait_s: number;
}

/** Takes one request out of a bucket at `now` (ms); without one it is full. What was taken comes back evenly. */
export function take(before: Bucket | undefined, { requests, seconds }: RateLimit, now: number): Taken {
  const perMs = requests / (seconds * 1_000);
  const passed = before === undefined ? 0 : Math.max(0, now - before.at);
  const there = before === undefined ? requests : Math.min(requests, before.tokens + passed * perMs);
  const allowed = there >= 1;
  const tokens = allowed ? there - 1 : there;
  const wanted = allowed ? requests : 1;
  return {
    bucket: { tokens, at: now },
    allowed,
    remaining: Math.floor(tokens),
    wait_s: Math.max(1, Math.ceil(((wanted - tokens) * seconds) / requests)),
  };
}

/** The headers that tell a client how it stands (draft-ietf-httpapi-ratelimit-headers-10). */
export function rateHeaders(
  { requests, seconds }: RateLimit,
  { remaining, wait_s }: Taken,
): Record<string, string> {
  return {
    'ratelimit-policy': `"key";q=${requests};w=${seconds}`,
    ratelimit: `"key";r=${remaining};t=${wait_s}`,
  };
}
