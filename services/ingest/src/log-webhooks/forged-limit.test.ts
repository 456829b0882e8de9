import { expect, test } from '@jest/globals';
import { connectionId } from '@parley/contracts/ids';
import { forgedLimit } from './forged-limit.ts';

const [sms, mail] = [connectionId.parse('sms'), connectionId.parse('mail')];

test('ten of each connection pass in a second, and ten in the next', () => {
  const mayPass = forgedLimit();
  const passed = (connection: typeof sms, now: number) =>
    Array.from({ length: 25 }, () => mayPass(connection, now)).filter(Boolean).length;
  expect([passed(sms, 5_000), passed(mail, 5_500), passed(sms, 5_999), passed(sms, 6_000)]).toEqual([
    10, 10, 0, 10,
  ]);
});
