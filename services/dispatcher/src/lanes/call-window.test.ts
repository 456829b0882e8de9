import { beforeEach, describe, expect, test } from '@jest/globals';
import { createCallWindow, type CallWindow } from './call-window.ts';

let time: number;
let window: CallWindow;

beforeEach(() => {
  time = 0;
  window = createCallWindow(() => time);
});

/** Counts calls to that many recipients and tells what the last one came to. */
function record(count: number, failed: boolean, name = failed ? 'failed' : 'fine'): boolean {
  let tripped = false;
  for (let n = 0; n < count; n += 1) tripped = window.record(`${name}-${n}`, failed);
  return tripped;
}

describe('too many calls have failed', () => {
  test('when half of twenty have', () => {
    record(10, false);
    expect(record(9, true)).toBe(false);
    expect(window.record('another', true)).toBe(true);
  });

  test('not when fewer than twenty were made', () => {
    expect(record(19, true)).toBe(false);
  });

  test('not when less than half have', () => {
    record(100, false);
    expect(record(99, true)).toBe(false);
    expect(window.record('another', true)).toBe(true);
  });

  test('not when they were made to one recipient', () => {
    record(19, false);
    for (let n = 0; n < 100; n += 1) expect(window.record('+1', true)).toBe(false);
  });

  test('not when the same recipients were reached since', () => {
    record(30, true, 'same');
    record(30, false, 'same');
    expect(window.record('another', true)).toBe(false);
  });

  test('not when it is ten seconds ago', () => {
    record(30, true);
    time = 10_001;
    record(19, false);
    expect(window.record('another', true)).toBe(false);
  });

  test('not any more once everything was cleared', () => {
    record(30, true);
    window.clear();
    expect(window.record('another', true)).toBe(false);
  });
});

test('a call that did not fail never says so', () => {
  record(100, true);
  expect(window.record('another', false)).toBe(false);
});

test('of very many calls the latest count', () => {
  record(5_000, false);
  expect(record(999, true)).toBe(false);
  expect(window.record('another', true)).toBe(true);
});
