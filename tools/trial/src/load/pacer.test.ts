import { describe, expect, test } from '@jest/globals';
import { closedLoop, openLoop } from './pacer.ts';
import type { Pacer } from './pacer.ts';

const takeAll = (pacer: Pacer, now: number, until: number): number[] => {
  const taken: number[] = [];
  for (let at = pacer.take(now, until); at !== null; at = pacer.take(now, until)) taken.push(at);
  return taken;
};

describe('a closed loop', () => {
  test('starts a request whenever somebody is free, until the end', () => {
    const pacer = closedLoop();
    expect(pacer.take(5, 10)).toBe(5);
    expect(pacer.take(9.9, 10)).toBe(9.9);
    expect(pacer.take(10, 10)).toBeNull();
    expect(pacer.owed(10)).toBe(0);
  });
});

describe('an open loop', () => {
  test('starts requests at equal distances, and none early', () => {
    const pacer = openLoop(1_000, 100);
    expect(takeAll(pacer, 999, Infinity)).toEqual([]);
    expect(takeAll(pacer, 1_025, Infinity)).toEqual([1_000, 1_010, 1_020]);
    expect(takeAll(pacer, 1_029, Infinity)).toEqual([]);
    expect(takeAll(pacer, 1_030, Infinity)).toEqual([1_030]);
  });

  test('keeps the intended start of requests that come late', () => {
    expect(takeAll(openLoop(0, 1_000), 5_000, Infinity)).toHaveLength(5_001);
    expect(openLoop(0, 1_000).take(5_000, Infinity)).toBe(0);
  });

  test('owes what should have started before the end and was not taken', () => {
    const pacer = openLoop(0, 10);
    expect(pacer.owed(1_000)).toBe(10);
    expect(takeAll(pacer, 350, 1_000)).toHaveLength(4);
    expect(pacer.owed(1_000)).toBe(6);
    expect(takeAll(pacer, 2_000, 1_000)).toHaveLength(6);
    expect(pacer.owed(1_000)).toBe(0);
  });
});
