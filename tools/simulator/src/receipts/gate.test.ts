import { expect, test } from '@jest/globals';
import { Gate } from './gate.ts';

test('an answering gateway gets many deliveries at once', () => {
  const gate = new Gate();
  gate.answered();
  expect(gate.limit).toBe(64);
  expect(gate.pausedUntil).toBe(0);
});

test('a silent one gets one at a time, with pauses that double up to 2 s', () => {
  const gate = new Gate();
  const pauses: number[] = [];
  for (let failure = 0, now = 1_000; failure < 7; failure += 1) {
    gate.unavailable(now);
    pauses.push(gate.pausedUntil - now);
    now = gate.pausedUntil;
  }
  expect(pauses).toEqual([100, 200, 400, 800, 1_600, 2_000, 2_000]);
  expect(gate.limit).toBe(1);
});

test('deliveries that fail together lengthen the pause once', () => {
  const gate = new Gate();
  for (let failure = 0; failure < 64; failure += 1) gate.unavailable(1_000 + failure);
  expect(gate.pausedUntil).toBe(1_100);
});

test('the first answer opens it again', () => {
  const gate = new Gate();
  gate.unavailable(1_000);
  gate.answered();
  expect(gate.limit).toBe(64);
  gate.unavailable(9_000);
  expect(gate.pausedUntil).toBe(9_100);
});
