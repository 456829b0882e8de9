import { expect, test } from '@jest/globals';
import { connectionId } from '@parley/contracts/ids';
import { forgedLimit } from './forged-limit.ts';

const [sms, mail] = [connectionId.parse('sms'), connectionId.parse('mail')];

test('ten of each connection pass at once, and a thousand in each day after, evenly', () => {
  const mayPass = forgedLimit();
  const passed = (connection: typeof sms, now: number) =>
    Array.from({ length: 25 }, () => mayPass(connection, now)).filter(Boolean).length;
  expect([passed(sms, 5_000), passed(mail, 5_500), passed(sms, 6_000)]).toEqual([10, 10, 0]);
  let later = 0;
  for (let second = 10; second < 86_400; second += 10) later += passed(sms, second * 1_000);
  expect(later).toBeGreaterThan(990);
  expect(later).toBeLessThanOrEqual(1_000);
  expect(passed(sms, 10 * 86_400_000)).toBe(10);
});
