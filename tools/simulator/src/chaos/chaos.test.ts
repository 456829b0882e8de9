import { describe, expect, test } from '@jest/globals';
import { Chaos, faultAt, receiptPlanAt } from './chaos.ts';
import { chaosSetting, NO_CHAOS } from './setting.ts';

const CALLS = 20_000;
const range = Array.from({ length: CALLS }, (_, index) => index);
const share = (hits: number) => hits / CALLS;

test('nothing goes wrong until it is set', () => {
  const chaos = new Chaos();
  for (let call = 0; call < 100; call += 1) {
    expect(chaos.nextFault()).toBe('none');
    expect(chaos.nextReceiptPlan()).toEqual({ failed: false, before_response: false, delays_ms: [50] });
  }
});

test('faults come at their rates', () => {
  const setting = chaosSetting.parse({ seed: 3, rate_429: 0.1, rate_500: 0.2, drop_rate: 0.05 });
  const faults = range.map((call) => faultAt(setting, call));
  expect(share(faults.filter((fault) => fault === 'throttle').length)).toBeCloseTo(0.1, 1);
  expect(share(faults.filter((fault) => fault === 'fail').length)).toBeCloseTo(0.2, 1);
  expect(share(faults.filter((fault) => fault === 'drop').length)).toBeCloseTo(0.05, 1);
});

test.each([
  ['rate_429', 'throttle'],
  ['rate_500', 'fail'],
  ['drop_rate', 'drop'],
])('a %s of 1 makes every call %s', (rate, fault) => {
  const setting = chaosSetting.parse({ [rate]: 1 });
  expect(range.every((call) => faultAt(setting, call) === fault)).toBe(true);
});

test('the same seed gives the same faults and receipts, another seed others', () => {
  const faultsOf = (chaos: Chaos) =>
    range.slice(0, 500).map(() => [chaos.nextFault(), chaos.nextReceiptPlan()]);
  const setting = {
    rate_429: 0.3,
    rate_500: 0.3,
    receipts: { duplicate_rate: 0.5, reorder: true, before_response_rate: 0.5, failed_rate: 0.5 },
  };
  const chaos = new Chaos();
  chaos.set(chaosSetting.parse({ ...setting, seed: 7 }));
  const first = faultsOf(chaos);
  chaos.set(chaosSetting.parse({ ...setting, seed: 7 }));
  expect(faultsOf(chaos)).toEqual(first);
  chaos.set(chaosSetting.parse({ ...setting, seed: 8 }));
  expect(faultsOf(chaos)).not.toEqual(first);
});

describe('receipts', () => {
  const plansOf = (receipts: object) => {
    const setting = chaosSetting.parse({ receipts });
    return range.map((message) => receiptPlanAt(setting, message));
  };

  test('there are none while they are off, which is what is left out', () => {
    expect(receiptPlanAt(chaosSetting.parse({}), 0)).toBeNull();
    expect(receiptPlanAt(chaosSetting.parse({ receipts: 'off' }), 0)).toBeNull();
  });

  test('an empty setting turns them on without faults', () => {
    expect(chaosSetting.parse({ receipts: {} })).toEqual(NO_CHAOS);
  });

  test('they are doubled, failed and early at their rates', () => {
    const plans = plansOf({ duplicate_rate: 0.1, failed_rate: 0.2, before_response_rate: 0.3 });
    expect(share(plans.filter((plan) => plan?.delays_ms.length === 2).length)).toBeCloseTo(0.1, 1);
    expect(share(plans.filter((plan) => plan?.failed).length)).toBeCloseTo(0.2, 1);
    expect(share(plans.filter((plan) => plan?.before_response).length)).toBeCloseTo(0.3, 1);
  });

  test('they keep their delay, and overtake each other only when that is asked for', () => {
    expect(plansOf({ delay_ms: 7 }).every((plan) => plan?.delays_ms[0] === 7)).toBe(true);
    const delays = plansOf({ delay_ms: 7, reorder: true }).map((plan) => plan?.delays_ms[0] ?? -1);
    expect(new Set(delays).size).toBeGreaterThan(100);
    expect(Math.min(...delays)).toBe(0);
    expect(Math.max(...delays)).toBeLessThan(200);
  });
});
