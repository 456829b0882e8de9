import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { rateHeaders, take, type Bucket } from './decide.ts';

const limit = { requests: 10, seconds: 5 };

test('as many as the limit says pass at once, and then one for each that comes back', () => {
  let bucket: Bucket | undefined;
  const seen = Array.from({ length: 11 }, () => {
    const taken = take(bucket, limit, 1_000);
    bucket = taken.bucket;
    return [taken.allowed, taken.remaining];
  });
  expect(seen).toEqual(
    [9, 8, 7, 6, 5, 4, 3, 2, 1, 0].map((left) => [true, left] as unknown[]).concat([[false, 0]]),
  );
  expect(take(bucket, limit, 1_499).allowed).toBe(false);
  expect(take(bucket, limit, 1_500)).toMatchObject({ allowed: true, remaining: 0 });
});

test('says how it stands and how long to wait, never too short', () => {
  expect(rateHeaders(limit, take(undefined, limit, 0))).toEqual({
    'ratelimit-policy': '"key";q=10;w=5',
    ratelimit: '"key";r=9;t=1',
  });
  const slow = { requests: 1, seconds: 60 };
  const { bucket } = take(undefined, slow, 0);
  expect(take(bucket, slow, 500)).toMatchObject({ allowed: false, wait_s: 60 });
  expect(take(bucket, slow, 59_900)).toMatchObject({ allowed: false, wait_s: 1 });
});

test('in no span of time do more pass than the limit and what came back meanwhile', () => {
  fc.assert(
    fc.property(
      fc.record({ requests: fc.integer({ min: 1, max: 50 }), seconds: fc.integer({ min: 1, max: 100 }) }),
      fc.array(fc.integer({ min: 0, max: 10_000 }), { maxLength: 300 }),
      (rule, gaps) => {
        let bucket: Bucket | undefined;
        let now = 0;
        let passed = 0;
        for (const gap of gaps) {
          now += gap;
          const taken = take(bucket, rule, now);
          bucket = taken.bucket;
          if (taken.allowed) passed += 1;
          expect(passed).toBeLessThanOrEqual(
            rule.requests + (now * rule.requests) / (rule.seconds * 1_000) + 1e-6,
          );
        }
      },
    ),
  );
});

test('a clock that goes back gives nothing away', () => {
  const { bucket } = take({ tokens: 0.5, at: 1_000 }, limit, 0);
  expect(bucket.tokens).toBe(0.5);
});
