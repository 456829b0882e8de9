import { describe, expect, test } from '@jest/globals';
import { aWebhook, MAIL, SMS } from '../receive-webhooks/webhook-fixtures.ts';
import { FORGED_LIMITS, forgedLimit, type ForgedLimits } from './forged-limit.ts';

const small = aWebhook(SMS, { a: 1 });
const large = aWebhook(SMS, { a: 'x'.repeat(100_000) });
const DAY_MS = 86_400_000;

const passed = (mayPass: ReturnType<typeof forgedLimit>, now: number, tries = 25, item = small) =>
  Array.from({ length: tries }, () => mayPass(item, now)).filter(Boolean).length;

describe('of what nobody signed', () => {
  const limits: ForgedLimits = {
    webhooks: [{ at_once: 10, a_day: 1_000 }],
    bytes: [{ at_once: 30_000, a_day: 3_000_000 }],
  };

  test('so many of each connection pass at once, and as many as a day allows in each day after, evenly', () => {
    const mayPass = forgedLimit(limits);
    const other = passed(mayPass, 5_500, 25, aWebhook(MAIL, {}));
    expect([passed(mayPass, 5_000), other, passed(mayPass, 6_000)]).toEqual([10, 10, 0]);
    let later = 0;
    for (let second = 10; second < 86_400; second += 10) later += passed(mayPass, second * 1_000);
    expect(later).toBeGreaterThan(990);
    expect(later).toBeLessThanOrEqual(1_000);
    expect(passed(mayPass, 10 * DAY_MS)).toBe(10);
  });

  test('fewer pass where each is long, and one that is too long leaves room for one that is not', () => {
    const mayPass = forgedLimit(limits);
    expect([passed(mayPass, 0, 25, large), passed(mayPass, 0)]).toEqual([5, 4]);
  });

  test('ten a second pass for an hour, and a month of a flood is some 200 MB', () => {
    const mayPass = forgedLimit();
    const webhook = aWebhook(SMS, { body: 'x'.repeat(200) });
    let kept = 0;
    for (let second = 0; second < 3_600; second += 1) kept += passed(mayPass, second * 1_000, 30, webhook);
    expect(kept).toBe(36_000);
    const [{ at_once = 0, a_day = 0 } = {}] = FORGED_LIMITS.bytes;
    expect(at_once + 30 * a_day).toBe(200_000_000);
  });
});
