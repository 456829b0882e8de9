import { describe, expect, test } from '@jest/globals';
import { Chaos, faultAt, receiptPlanAt } from './chaos.ts';
import { chaosSetting, NO_CHAOS } from './setting.ts';

const CALLS = 20_000;
const range = Array.from({ length: CALLS }, (_, index) => index);
const share = (hits: number) => hits / CALLS;

test('nothing goes wrong until it is set', () => {
  const chaos = new Chaos();
  for (let call = 0; call < 100; call += 1) {
    expect(chaos.meet('sms', `+${call}`)).toEqual({
      fault: 'none',
      receipt: { failed: false, before_response: false, delays_ms: [50], read_ms: 150 },
    });
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

describe('a seed', () => {
  const setting = {
    rate_429: 0.3,
    rate_500: 0.3,
    receipts: { duplicate_rate: 0.5, reorder: true, before_response_rate: 0.5, failed_rate: 0.5 },
  };
  const recipients = range.slice(0, 200).map((number) => `+1415555${number}`);

  /** What five calls to each recipient meet when they come in this order. */
  function metInOrder(seed: number, order: (calls: string[]) => string[]): Map<string, unknown[]> {
    const chaos = new Chaos();
    chaos.set(chaosSetting.parse({ ...setting, seed }));
    const met = new Map<string, unknown[]>(recipients.map((to) => [to, []]));
    for (const to of order(Array.from({ length: 5 }, () => recipients).flat()))
      met.get(to)?.push(chaos.meet('sms', to));
    return met;
  }
  const inTurn = metInOrder(7, (calls) => calls);

  test('gives the same faults and receipts again, and another seed others', () => {
    expect(metInOrder(7, (calls) => calls)).toEqual(inTurn);
    expect(metInOrder(8, (calls) => calls)).not.toEqual(inTurn);
  });

  test('gives every recipient its own, whenever the calls to others come', () => {
    expect(metInOrder(7, (calls) => calls.toReversed())).toEqual(inTurn);
    expect(metInOrder(7, (calls) => calls.toSorted())).toEqual(inTurn);
  });

  test('gives recipients, their calls and their connections different ones', () => {
    const chaos = new Chaos();
    chaos.set(chaosSetting.parse({ ...setting, seed: 7 }));
    const through = (connection: string, to: string) =>
      range.slice(0, 50).map(() => chaos.meet(connection, to).fault);
    const faults = [through('sms', '+1'), through('sms', '+2'), through('sms-2', '+1')];
    expect(new Set(faults.map((each) => each.join())).size).toBe(3);
    expect(new Set(faults[0])).toEqual(new Set(['none', 'throttle', 'fail']));
  });

  test('counts anew when it is set again', () => {
    const chaos = new Chaos();
    const draw = () => {
      chaos.set(chaosSetting.parse({ ...setting, seed: 7 }));
      return range.slice(0, 20).map(() => chaos.meet('sms', '+1'));
    };
    expect(draw()).toEqual(draw());
  });
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
