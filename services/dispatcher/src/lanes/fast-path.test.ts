import { beforeEach, describe, expect, test } from '@jest/globals';
import { accountId } from '@parley/contracts/ids';
import { SMS } from '../testing/rows.ts';
import { createFastPath, type FastPath } from './fast-path.ts';

const ACME = accountId.parse('acme');
const OTHER = accountId.parse('other');

let time: number;
let path: FastPath;

beforeEach(() => {
  time = 0;
  path = createFastPath(() => time);
});

const admit = (count: number, account = ACME): number =>
  Array.from({ length: count }, () => path.admit(account, SMS)).filter(Boolean).length;
const send = (count: number): void => Array.from({ length: count }).forEach(() => path.sent(ACME));

describe('the fast path', () => {
  test('is open to everyone for a few', () => {
    expect([admit(200), admit(200, OTHER)]).toEqual([50, 50]);
  });

  test('is open again when time has passed', () => {
    admit(50);
    time += 1_999;
    expect(admit(1)).toBe(0);
    time += 250;
    expect(admit(200)).toBe(50);
  });

  test('is open for as many as are sent', () => {
    send(300);
    expect(admit(1_000)).toBe(300);
    send(100);
    expect(admit(1_000)).toBe(100);
  });

  test('is closed while others of the connection wait', () => {
    path.setBacklogged(new Set([SMS]));
    expect(admit(1)).toBe(0);
    path.setBacklogged(new Set());
    expect(admit(1)).toBe(1);
  });

  test('stays open under a steady load, however high, and is found again after a burst', () => {
    // What the path does not take waits in a lane and is sent from there, a little later.
    const tick = (count: number): number => {
      time += 10;
      const admitted = admit(count);
      send(count);
      return admitted;
    };
    for (let n = 0; n < 300; n += 1) tick(30);
    const steady = Array.from({ length: 500 }, () => tick(30)).reduce((sum, count) => sum + count, 0);
    expect(steady / (500 * 30)).toBeGreaterThan(0.9);
  });
});
